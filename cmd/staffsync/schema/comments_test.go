package schema_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// module is the path of ours, and root its folder.
const (
	module = "github.com/staffsync/staffsync/"
	root   = "../../.."
)

// comments is what the source says of types: their comments, those of their fields
// and constants, all without line breaks.
type comments struct {
	types     map[string]string            // by package and type: plan.Plan
	fields    map[string]string            // by package, type and field: plan.Plan.Domain
	constants map[string][]constant        // by type
	words     map[string]map[string]string // the text constants' values by package and name
}

// constant is a text of a named type, with its comment.
type constant struct{ name, value, comment string }

// readComments reads every package of the module that is on the way to the types.
func readComments(t *testing.T, packages ...string) *comments {
	t.Helper()
	c := &comments{
		types: map[string]string{}, fields: map[string]string{},
		constants: map[string][]constant{}, words: map[string]map[string]string{},
	}
	for _, folder := range packages {
		c.words[folder] = map[string]string{}
		entries, err := os.ReadDir(filepath.Join(root, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, folder, entry.Name()), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, declaration := range file.Decls {
				if general, ok := declaration.(*ast.GenDecl); ok {
					c.readDeclaration(folder, general)
				}
			}
		}
	}
	return c
}

func (c *comments) readDeclaration(folder string, declaration *ast.GenDecl) {
	for _, spec := range declaration.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			name := folder + "." + spec.Name.Name
			c.types[name] = oneLine(spec.Doc)
			if c.types[name] == "" {
				c.types[name] = oneLine(declaration.Doc)
			}
			if structure, ok := spec.Type.(*ast.StructType); ok {
				c.readFields(name, structure)
			}
		case *ast.ValueSpec:
			c.readConstants(folder, declaration, spec)
		}
	}
}

// readFields reads the comments of a struct's fields. One may be about several: about
// those after it, too, which it names and which have none of their own.
func (c *comments) readFields(name string, structure *ast.StructType) {
	last := ""
	for _, field := range structure.Fields.List {
		comment := oneLine(field.Doc)
		if comment == "" {
			comment = oneLine(field.Comment)
		}
		if comment != "" {
			last = comment
		}
		for _, identifier := range field.Names {
			if c.fields[name+"."+identifier.Name] = comment; comment == "" && namesWord(last, identifier.Name) {
				c.fields[name+"."+identifier.Name] = last
			}
		}
	}
}

func namesWord(text, word string) bool {
	return regexp.MustCompile(`\b` + word + `\b`).MatchString(text)
}

func (c *comments) readConstants(folder string, declaration *ast.GenDecl, spec *ast.ValueSpec) {
	if declaration.Tok != token.CONST || len(spec.Names) != 1 || len(spec.Values) != 1 {
		return
	}
	literal, ok := spec.Values[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		return
	}
	c.words[folder][spec.Names[0].Name] = value
	if named, ok := spec.Type.(*ast.Ident); ok {
		of := folder + "." + named.Name
		c.constants[of] = append(c.constants[of], constant{spec.Names[0].Name, value, oneLine(spec.Doc)})
	}
}

func oneLine(group *ast.CommentGroup) string {
	return strings.Join(strings.Fields(group.Text()), " ")
}

// nameOf is how a type is found among the comments.
func nameOf(t reflect.Type) string {
	return strings.TrimPrefix(t.PkgPath(), module) + "." + t.Name()
}

// field words what the source says of a field for somebody who edits the file: Go's
// names in it are replaced by the keys. It is empty where nothing is said.
func (c *comments) field(owner reflect.Type, field reflect.StructField, keys map[string]string) string {
	if text := c.about(owner, field.Name, keys); text != "" {
		return text
	}
	inner := element(field.Type)
	text := c.types[nameOf(inner)]
	if rest, ok := strings.CutPrefix(text, inner.Name()+" "); ok {
		text = keys[field.Name] + " " + rest
	}
	return c.inWords(text, inner, keysOf(inner))
}

// about is what the comment of a field says.
func (c *comments) about(owner reflect.Type, field string, keys map[string]string) string {
	return c.inWords(c.fields[nameOf(owner)+"."+field], owner, keys)
}

var (
	goName = regexp.MustCompile(`(?:\b[a-z]+\.)?\b[A-Z]\w+\b`)
	humps  = regexp.MustCompile(`[a-z][A-Z]`)
)

// inWords replaces the names of fields by their keys and those of constants by their
// values. A word that begins a sentence but the first is taken for one only where it
// can be no ordinary one.
func (c *comments) inWords(text string, owner reflect.Type, keys map[string]string) string {
	folder := strings.TrimPrefix(owner.PkgPath(), module)
	var out strings.Builder
	end := 0
	for _, at := range goName.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		begins := strings.HasSuffix(text[:at[0]], ". ")
		from, name := folder, word
		if before, after, qualified := strings.Cut(word, "."); qualified {
			from, name = c.folderNamed(before), after
		}
		meant := word
		if value, known := c.words[from][name]; known && (from != folder || humps.MatchString(name)) {
			meant = value
		} else if key, known := keys[name]; known && from == folder && (at[0] == 0 || humps.MatchString(name) || !begins && strings.ContainsFunc(name, unicode.IsLower)) {
			meant = key
		}
		out.WriteString(text[end:at[0]] + meant)
		end = at[1]
	}
	return out.String() + text[end:]
}

func (c *comments) folderNamed(base string) string {
	for folder := range c.words {
		if path.Base(folder) == base {
			return folder
		}
	}
	return base
}

// element is the type that is inside lists, maps and pointers.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Name() == "" && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
		t = t.Elem()
	}
	return t
}
