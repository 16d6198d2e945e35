// Shows that strings are evaluated, and what HCL does to some of them on the way.

package main

import (
	"strings"
	"testing"
)

func organization(attributes string) string {
	return `{"resource":{"gitea_org":{"a":{` + attributes + `}}}}`
}

func read(attributes string) string {
	return `{"resources":[{"type":"gitea_org","label":"a","attributes":{` + attributes + `}}],"other":[],"diagnostics":[]}`
}

func TestEvaluatesTerraformStrings(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"plain":                   {organization(`"name":"x"`), read(`"name":"x"`)},
		"template":                {organization(`"name":"${1+1}"`), read(`"name":2`)},
		"template inside text":    {organization(`"name":"a${1+1}"`), read(`"name":"a2"`)},
		"escaped template":        {organization(`"name":"$${1+1}"`), read(`"name":"${1+1}"`)},
		"escaped after a dollar":  {organization(`"name":"$$${a}%%%{b}"`), read(`"name":"$${a}%%{b}"`)},
		"control sequence":        {organization(`"name":"%{if true}a%{endif}"`), read(`"name":"a"`)},
		"unescaped after a CR":    {organization(`"name":"\r$$${"`), read(`"name":"\r$$${"`)},
		"normalised to NFC":       {organization(`"name":"e\u0301"`), read(`"name":"é"`)},
		"comment":                 {organization(`"//":"x"`), read(``)},
		"lists, numbers, nothing": {organization(`"name":[1,true,null,{"b":"${2}"}]`), read(`"name":[1,true,null,{"b":2}]`)},
		"no resource":             {`{"//":"x"}`, `{"resources":[],"other":[],"diagnostics":[]}`},
		"other blocks":            {`{"locals":{},"data":{}}`, `{"resources":[],"other":["data","locals"],"diagnostics":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := contract(t, "terraform", file(t, "a.tf.json", test.text)); got != test.want {
				t.Errorf("%s", got)
			}
		})
	}
}

func TestReportsTerraformProblems(t *testing.T) {
	for name, test := range map[string]struct{ text, problem string }{
		"not JSON":                 {`{"a":`, "a.tf.json:1"},
		"unknown reference":        {organization(`"name":"${local.x}"`), "Variables not allowed"},
		"function":                 {organization(`"name":"${filebase64(\"/etc/passwd\")}"`), "Function calls not allowed"},
		"broken template":          {organization(`"name":"${"`), "a.tf.json:1"},
		"argument given twice":     {organization(`"name":"a","name":"b"`), "already set"},
		"resource without a label": {`{"resource":{"gitea_org":{}}}`, "Missing block label"},
		"text that eats its quote": {organization(`"name":"` + "\u0600" + `"`), "a.tf.json:1"},
		"attributes in a string":   {`{"resource":{"gitea_org":{"a":"b"}}}`, "Incorrect JSON value type"},
	} {
		t.Run(name, func(t *testing.T) {
			got := contract(t, "terraform", file(t, "a.tf.json", test.text))
			if !strings.Contains(got, test.problem) || strings.Contains(got, `"diagnostics":[]`) {
				t.Errorf("%q is not in %s", test.problem, got)
			}
		})
	}
}
