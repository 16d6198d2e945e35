// Shows that each of many texts and values gets an answer of its own.

package main

import (
	"bytes"
	"testing"
)

func TestReadsManyTextsAsKratixDoes(t *testing.T) {
	texts := `["a: 61e9540", "a: |\n  x", "a\n---\nb", "a: \u2028x", "[", "", "18446744073709551615: a"]`
	want := `[{"value":{"a":"61e9540"}},{"value":{"a":"x"}},{"value":"a"},` +
		`{"error":"yaml: line 3: could not find expected ':'"},` +
		`{"error":"yaml: line 1: did not find expected node content"},{"value":null},` +
		`{"error":"unsupported map key of type: uint64, key: 0xffffffffffffffff, value: \"a\""}]`
	if got := contract(t, "yaml-texts", file(t, "texts.json", texts)); got != want {
		t.Errorf("%s", got)
	}
}

func TestReadsLabelsAsKratixDoes(t *testing.T) {
	texts := `["{a: 1e6, b: 12, c: yes, d: 61e9540}", "{a: [b]}"]`
	want := `[{"value":{"a":"1e+06","b":"12","c":"true","d":"61e9540"}},{"error":"error unmarshaling JSON: ` +
		`while decoding JSON: json: cannot unmarshal array into Go value of type string"}]`
	if got := contract(t, "yaml-labels", file(t, "texts.json", texts)); got != want {
		t.Errorf("%s", got)
	}
}

func TestWritesManyValuesAsKratixDoes(t *testing.T) {
	values := `[{"a":"61e9540","b":"1e3"},{"a":9007199254740993},{"a":"x\u2028y"},{"a":"\u007f"},{"a":"x\ny"}]`
	want := `[{"text":"a: 61e9540\nb: \"1e3\"\n"},{"text":"a: 9007199254740993\n"},{"text":"a: 'x\u2028  y'\n"},` +
		`{"error":"yaml: control characters are not allowed"},{"text":"a: |-\n  x\n  y\n"}]`
	if got := contract(t, "yaml-write", file(t, "values.json", values)); got != want {
		t.Errorf("%s", got)
	}
}

func TestWhatIsNoListIsNoAnswer(t *testing.T) {
	for _, arguments := range [][]string{
		{"yaml-texts", file(t, "texts.json", `{"a": 1}`)},
		{"yaml-labels", file(t, "texts.json", `[1]`)},
		{"yaml-write", file(t, "values.json", `[`)},
		{"yaml-write", "testdata/missing.json"},
	} {
		var out bytes.Buffer
		if err := run(arguments, &out); err == nil || out.Len() > 0 {
			t.Errorf("%q: error %v, printed %q", arguments, err, out.String())
		}
	}
}
