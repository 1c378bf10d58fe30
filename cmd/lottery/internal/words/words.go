// Package words holds what the program says to people, in every language that it speaks.
// The texts are in one file for each language, by key; the keys are the same in all files.
//
// A text is a format of package fmt. In a text, {one|many} stands for "one" if the last %d
// before it is 1, and for "many" otherwise.
package words

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// The languages.
const (
	English = "en"
	Chinese = "zh"
)

// Languages lists them all.
var Languages = []string{English, Chinese}

//go:embed en.json zh.json
var files embed.FS

// Words are the texts of one language.
type Words struct {
	Language string
	texts    map[string]string
}

var all = func() map[string]*Words {
	all := map[string]*Words{}
	for _, language := range Languages {
		w := &Words{Language: language}
		raw, err := files.ReadFile(language + ".json")
		if err == nil {
			err = json.Unmarshal(raw, &w.texts)
		}
		if err != nil {
			panic(fmt.Sprintf("words: %s: %v", language, err)) // the files are part of the program
		}
		all[language] = w
	}
	return all
}()

// In returns the words of a language, and whether there are any.
func In(language string) (*Words, bool) {
	w, ok := all[language]
	return w, ok
}

// OfEnvironment returns the language that the environment asks for.
func OfEnvironment() string {
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	if strings.HasPrefix(locale, Chinese) {
		return Chinese
	}
	return English
}

// Text returns the text with this key, or the key if there is none.
func (w *Words) Text(key string) string {
	if s, ok := w.texts[key]; ok {
		return s
	}
	return key
}

// Has reports whether there is a text with this key.
func (w *Words) Has(key string) bool {
	_, ok := w.texts[key]
	return ok
}

// Name returns the word for a value of a kind, or the value itself if there is none.
func Name[T ~string](w *Words, kind string, value T) string {
	if s, ok := w.texts[kind+"."+string(value)]; ok {
		return s
	}
	return string(value)
}

// Names returns the words for several values, in one list.
func Names[T ~string](w *Words, kind string, values []T) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = Name(w, kind, v)
	}
	return strings.Join(names, w.Text("comma"))
}

// Group returns the texts whose keys begin with the kind, by the rest of their keys.
func (w *Words) Group(kind string) map[string]string {
	group := map[string]string{}
	for key, text := range w.texts {
		if rest, ok := strings.CutPrefix(key, kind+"."); ok {
			group[rest] = text
		}
	}
	return group
}

// part is a verb of package fmt, or a choice after a number.
var part = regexp.MustCompile(`%(\[(\d+)\])?[-+ #0]*\d*(\.\d+)?[a-zA-Z%]|\{([^|{}]*)\|([^|{}]*)\}`)

// Format fills in the text with this key.
func (w *Words) Format(key string, args ...any) string {
	verb, number := 0, 0 // the argument of the verb, and of the last %d
	text := part.ReplaceAllStringFunc(w.Text(key), func(s string) string {
		m := part.FindStringSubmatch(s)
		switch {
		case s == "%%":
			return s
		case m[2] != "":
			_, _ = fmt.Sscan(m[2], &verb) // digits only
		case s[0] == '%':
			verb++
		}
		switch {
		case s[0] == '%':
			if s[len(s)-1] == 'd' {
				number = verb
			}
			return s
		case number > 0 && number <= len(args) && fmt.Sprint(args[number-1]) == "1":
			return m[4]
		}
		return m[5]
	})
	return fmt.Sprintf(text, args...)
}
