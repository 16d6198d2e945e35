// Shows that variables are expanded as the kubelet does it, with what nobody expects of it.

package main

import "testing"

func TestVariablesAreExpandedAsTheKubeletDoes(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"by those before them":            {`[{"name":"A","value":"a"},{"name":"B","value":"$(A)"}]`, `{"A":"a","B":"a"}`},
		"not by those behind":             {`[{"name":"A","value":"$(B)"},{"name":"B","value":"b"}]`, `{"A":"$(B)","B":"b"}`},
		"two dollars are one":             {`[{"name":"A","value":"$$ $$(A) $"}]`, `{"A":"$ $(A) $"}`},
		"a letter behind one is torn":     {`[{"name":"A","value":"$é"}]`, `{"A":"$Ã\ufffd"}`},
		"but not behind two":              {`[{"name":"A","value":"$$é"}]`, `{"A":"$é"}`},
		"a reference may be any text":     {`[{"name":"A: b","value":"x"},{"name":"C","value":"$(A: b)"}]`, `{"A: b":"x","C":"x"}`},
		"what is no reference is no harm": {`[{"name":"A","value":"$A ${A} $("}]`, `{"A":"$A ${A} $("}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := contract(t, "expand", file(t, "variables.json", test.text)); got != test.want {
				t.Errorf("%s", got)
			}
		})
	}
}
