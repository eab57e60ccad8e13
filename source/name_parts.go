package source

// suffixes are the generations and degrees that follow a name, as they are
// written. V is left out because a single letter is a capital anyway, and X
// and XI because Xi is a name. They count only after another word: Vi, Ii and
// Iv may be first names.
var suffixes = map[string]string{
	"ii": "II", "iii": "III", "iv": "IV", "vi": "VI", "vii": "VII", "viii": "VIII",
	"jr": "Jr", "sr": "Sr", "esq": "Esq",
	"phd": "PhD", "ph.d": "Ph.D", "edd": "EdD", "ed.d": "Ed.D", "md": "MD",
}

// leadingParticles are written small at the beginning of a last name or
// within it: Dutch and German (van der Berg, von Braun), Romance (de la Cruz,
// di Marco, da Silva, du Bois) and Arabic (bin Salman). La, Le, Lo, El, Al,
// San and St. are not among them: American bearers mostly write La Rosa,
// Le Blanc and El Amin.
var leadingParticles = []string{
	"van", "von", "vom", "den", "ter",
	"de", "del", "della", "dello", "dei", "degli", "di", "da", "dos", "du",
	"bin", "ibn", "bint",
}

// innerParticles are written small only after another word. At the beginning,
// Do is far more often the Vietnamese name, Das the Indian and Der the
// Armenian one, and La and Los a name's first word; y joins the two last names
// of Ortega y Gasset.
var innerParticles = []string{"der", "la", "las", "los", "do", "das", "des", "y", "zu", "und", "'t", "’t"}

// firstNameParticles are written small in the middle of a first name: Maria
// de los Angeles, Juan de Dios.
var firstNameParticles = []string{"de", "del", "la", "las", "los"}

// elidedParticles of more than one letter come before an apostrophe and a
// name with a capital of its own: Dell'Acqua, Sant'Angelo. (One letter is
// always taken for such: O'Brien, D'Angelo, L'Heureux, N'Diaye.)
var elidedParticles = []string{"dell", "dall", "dal", "del", "degl", "nell", "sant", "de", "da", "mc"}

// macNames are the Scottish and Irish last names that are usually written
// with a second capital after Mac. A list is the only way: Mack, Mackey, Mace,
// Macias, Machado, Macon and Macklin begin alike and have none. First names
// (Mackenzie) never have.
var macNames = []string{
	"macadam", "macadams", "macalister", "macallister", "macallan", "macalpine", "macandrew", "macandrews",
	"macarthur", "macartney", "macaskill", "macaulay", "macauley", "macauliffe", "macavoy",
	"macbain", "macbean", "macbeth", "macbride",
	"maccallum", "maccarthy", "macclellan", "macclelland", "maccoll", "macconnell", "maccormack", "maccormick",
	"maccoy", "maccracken", "maccrimmon", "maccullough",
	"macdermid", "macdermot", "macdermott", "macdiarmid", "macdonald", "macdonell", "macdonnell", "macdonough",
	"macdougal", "macdougall", "macdowell", "macduff", "macduffie",
	"maceachern", "macewan", "macewen",
	"macfadden", "macfadyen", "macfarland", "macfarlane", "macfie",
	"macgillivray", "macgowan", "macgrath", "macgraw", "macgregor", "macgruder", "macguire",
	"macinnes", "macinnis", "macintosh", "macintyre", "maciver", "macivor",
	"mackay", "mackellar", "mackenna", "mackenzie", "mackinlay", "mackinley", "mackinnon", "mackintosh",
	"maclachlan", "maclain", "maclaine", "maclaren", "maclauchlan", "maclaughlin", "maclaurin",
	"maclean", "macleay", "maclellan", "maclelland", "maclennan", "macleod",
	"macmahon", "macmanus", "macmaster", "macmasters", "macmichael", "macmillan", "macmillen", "macmullen", "macmurray",
	"macnab", "macnair", "macnamara", "macnaughton", "macneal", "macneil", "macneill", "macnicol", "macnish", "macnulty",
	"macphail", "macphee", "macpherson",
	"macquarrie", "macqueen", "macquillan",
	"macrae", "macritchie",
	"macshane", "macsweeney", "macswain",
	"mactaggart", "mactavish",
	"macvay", "macveigh", "macvicar", "macvey",
	"macwhirter", "macwilliam", "macwilliams",
}
