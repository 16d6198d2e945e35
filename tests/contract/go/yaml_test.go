// Shows that the files are read as Kubernetes reads them, not as YAML 1.2 or Rust would.

package main

import (
	"bytes"
	"testing"
)

func TestReadsYAMLAsKubernetesDoes(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"yes is a boolean":       {"a: yes\nb: 'yes'\nc: off", `[{"a":true,"b":"yes","c":false}]`},
		"a colon makes no time":  {"a: 12:30", `[{"a":"12:30"}]`},
		"leading zero is octal":  {"a: 010", `[{"a":8}]`},
		"integers stay exact":    {"a: 9007199254740993", `[{"a":9007199254740993}]`},
		"version is a number":    {"a: 1.10", `[{"a":1.1}]`},
		"documents":              {"a: 1\n---\nb: 2\n", `[{"a":1},{"b":2}]`},
		"empty documents":        {"---\n# comment\n---\na: 1\n---\n", `[{"a":1}]`},
		"no document":            {"", `[]`},
		"a separator in a text":  {"a: |\n  x\n  ---\n  y\n", `[{"a":"x\n---\ny\n"}]`},
		"keys that aren't texts": {"1: a\ntrue: b", `[{"1":"a","true":"b"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := contract(t, "yaml", file(t, "a.yaml", test.text)); got != test.want {
				t.Errorf("%s", got)
			}
		})
	}
}

func TestBrokenYAMLIsNoAnswer(t *testing.T) {
	if err := run([]string{"yaml", file(t, "a.yaml", "a: [")}, &bytes.Buffer{}); err == nil {
		t.Error("accepted")
	}
}

func TestKnowsWhichCharactersKratixLoses(t *testing.T) {
	characters := []rune{'a', '\u0085', '\u009F', '\u00A0', '\u2028', '\uF8FF', '\uFDD0', '\uFFFD', '\uFFFE', '\uFFFF', '\U0001FFFE', '\U0010FFFF'}
	if got, want := string(lostOf(characters)), "\u0085\u009F\uFFFE\uFFFF"; got != want {
		t.Errorf("%U", []rune(got))
	}
}
