package emulator

// The resources as the Directory API describes them (discovery document
// admin directory_v1, and the reference pages for the entry lists, which the
// discovery document leaves untyped). They are read, never changed.

const (
	placeTypes = "custom home other work"
	phoneTypes = "assistant callback car company_main custom grand_central home home_fax isdn main mobile other " +
		"other_fax pager radio telex tty_tdd work work_fax work_mobile work_pager"
	relationTypes = "admin_assistant assistant brother child custom domestic_partner dotted_line_manager " +
		"exec_assistant father friend manager mother parent partner referred_by relative sister spouse"
	websiteTypes = "app_install_page blog custom ftp home home_page other profile reservations resume work"
)

var userShape = objectOf(
	readOnly(textFields("kind etag id customerId creationTime deletionTime lastLoginTime archivalTime suspensionReason suspensionTime thumbnailPhotoEtag thumbnailPhotoUrl")),
	readOnly(boolFields("agreedToTerms isAdmin isDelegatedAdmin isEnforcedIn2Sv isEnrolledIn2Sv isMailboxSetup")),
	readOnly(field("aliases", listOf(&shape{kind: textShape}))),
	readOnly(field("nonEditableAliases", listOf(&shape{kind: textShape}))),
	readOnly(anyFields("guestAccountInfo")),
	readOnly(boolFields("isGuestUser")),
	textFields("primaryEmail orgUnitPath password hashFunction recoveryEmail recoveryPhone"),
	boolFields("suspended archived changePasswordAtNextLogin includeInGlobalAddressList ipWhitelisted"),
	field("name", objectOf(readOnly(textFields("fullName")), textFields("givenName familyName displayName"))),
	field("customSchemas", &shape{kind: anyShape}),
	field("gender", objectOf(textFields("addressMeAs customGender type"))),
	field("notes", objectOf(textFields("contentType value"))),
	entries("addresses", 10<<10, placeTypes, boolFields("primary sourceIsStructured"),
		textFields("country countryCode customType extendedAddress formatted locality poBox postalCode region streetAddress")),
	entries("emails", 10<<10, placeTypes, boolFields("primary"), textFields("address customType"),
		anyFields("public_key_encryption_certificates")),
	entries("externalIds", 2<<10, "account custom customer login_id network organization", textFields("value customType")),
	entries("ims", 2<<10, placeTypes, boolFields("primary"), textFields("im protocol customProtocol customType")),
	entries("keywords", 1<<10, "custom mission occupation outlook", textFields("value customType")),
	entries("languages", 1<<10, "", textFields("languageCode customLanguage preference")),
	entries("locations", 10<<10, "custom default desk", textFields("area buildingId customType deskCode floorName floorSection")),
	entries("organizations", 10<<10, "domain_only school unknown work", boolFields("primary"),
		textFields("costCenter customType department description domain location name symbol title"),
		numberFields("fullTimeEquivalent")),
	entries("phones", 1<<10, phoneTypes, boolFields("primary"), textFields("value customType")),
	entries("posixAccounts", 10<<10, "", boolFields("primary"), numberFields("uid gid"),
		textFields("accountId gecos homeDirectory operatingSystemType shell systemId username")),
	entries("relations", 2<<10, relationTypes, textFields("value customType")),
	entries("sshPublicKeys", 10<<10, "", textFields("key fingerprint"), numberFields("expirationTimeUsec")),
	entries("websites", 2<<10, websiteTypes, boolFields("primary"), textFields("value customType")),
)

var usersShape = objectOf(textFields("kind etag nextPageToken trigger_event"), field("users", listOf(userShape)))

var aliasShape = objectOf(readOnly(textFields("kind etag id primaryEmail")), textFields("alias"))

var aliasesShape = objectOf(textFields("kind etag"), field("aliases", listOf(aliasShape)))

var groupShape = objectOf(
	textFields("kind etag id email name description"),
	numberFields("directMembersCount"),
	boolFields("adminCreated"),
	field("aliases", listOf(&shape{kind: textShape})),
	field("nonEditableAliases", listOf(&shape{kind: textShape})),
	anyFields("externalIds"),
)

var groupsShape = objectOf(textFields("kind etag nextPageToken"), field("groups", listOf(groupShape)))

var memberShape = objectOf(
	readOnly(textFields("kind etag status")),
	textFields("id email role type delivery_settings"),
)

var membersShape = objectOf(textFields("kind etag nextPageToken"), field("members", listOf(memberShape)))

var orgUnitShape = objectOf(
	readOnly(textFields("kind etag orgUnitId orgUnitPath")),
	textFields("name description parentOrgUnitPath parentOrgUnitId"),
	boolFields("blockInheritance"),
)

var orgUnitsShape = objectOf(textFields("kind etag"), field("organizationUnits", listOf(orgUnitShape)))

var schemaShape = objectOf(
	readOnly(textFields("kind etag schemaId")),
	textFields("schemaName displayName"),
	field("fields", listOf(objectOf(
		readOnly(textFields("kind etag fieldId")),
		textFields("fieldName displayName"),
		field("fieldType", &shape{kind: textShape, oneOf: fieldTypes}),
		field("readAccessType", &shape{kind: textShape, oneOf: []string{"ALL_DOMAIN_USERS", "ADMINS_AND_SELF"}}),
		boolFields("indexed multiValued"),
		field("numericIndexingSpec", objectOf(numberFields("minValue maxValue"))),
	))),
)

var schemasShape = objectOf(textFields("kind etag"), field("schemas", listOf(schemaShape)))
