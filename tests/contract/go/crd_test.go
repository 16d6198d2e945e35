// Shows that CRDs, objects and changes can be refused, each for its own reason.

package main

import (
	"encoding/json"
	"strings"
	"testing"
)

const (
	promise  = "testdata/promise.yaml"
	team     = "testdata/team.yaml"
	accepted = `{"crd":[],"object":[]}`
)

func check(t *testing.T, files ...string) crdReport {
	t.Helper()
	var report crdReport
	if err := json.Unmarshal([]byte(contract(t, append([]string{"crd"}, files...)...)), &report); err != nil {
		t.Fatal(err)
	}
	return report
}

func TestAcceptsGoodFiles(t *testing.T) {
	for _, files := range [][]string{{promise}, {promise, team}, {promise, team, team}} {
		if got := contract(t, append([]string{"crd"}, files...)...); got != accepted {
			t.Errorf("%q: %s", files, got)
		}
	}
}

func TestRefusesCRD(t *testing.T) {
	for name, test := range map[string]struct{ piece, replacement, refusal string }{
		"expensive rule": {
			"maxItems: 10",
			"x-kubernetes-validations: [{rule: 'self.all(x, self.exists_one(y, x == y))'}]",
			"estimated rule cost exceeds budget",
		},
		"rule that doesn't compile": {
			"self == oldSelf",
			"self == nonsense",
			"undeclared reference to 'nonsense'",
		},
		"default that its own schema refuses": {
			"default: unnamed",
			"default: 1",
			"properties[name].default: Invalid value",
		},
		"schema that isn't structural": {
			"type: array",
			"",
			"must not be empty for specified object fields",
		},
		"misspelt field": {
			"maxLength: 40",
			"maxLenght: 40",
			`unknown field "spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.id.maxLenght"`,
		},
		"name that isn't plural and group": {
			"plural: teams",
			"plural: team",
			"metadata.name: Invalid value",
		},
		"version that Kratix can't write into": {
			"versions:",
			"versions: \n        - {name: v0, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}",
			"spec.versions[0].schema.openAPIV3Schema.properties: Required value: Kratix panics",
		},
	} {
		t.Run(name, func(t *testing.T) {
			changed := variant(t, "promise.yaml", test.piece, test.replacement)
			report := check(t, changed, team)
			if !strings.Contains(strings.Join(report.CRD, "\n"), test.refusal) {
				t.Errorf("%q is not in %q", test.refusal, report.CRD)
			}
			if len(report.Object) == 0 {
				t.Error("an object of a refused CRD is accepted")
			}
		})
	}
}

func TestRefusesObject(t *testing.T) {
	for name, test := range map[string]struct{ piece, replacement, refusal string }{
		"pattern":                  {"id: alpha", "id: Alpha", "spec.id: Invalid value: \"Alpha\": spec.id in body should match"},
		"required":                 {"id: alpha", "tags: []", "spec.id: Required value"},
		"type":                     {"id: alpha", "id: 1", "spec.id: Invalid value: \"integer\""},
		"rule":                     {"name: Team Alpha", "name: alpha", "the name must say more than the id"},
		"unknown field":            {"name: Team Alpha", "x: 1", `unknown field "spec.x"`},
		"unknown metadata":         {"metadata:\n", "metadata:\n  nonsense: 1\n", `unknown field "metadata.nonsense"`},
		"key given twice":          {"id: alpha", "id: alpha\n  id: beta", `key "id" already set in map`},
		"name that isn't DNS":      {"name: alpha", "name: Alpha_", "a lowercase RFC 1123 subdomain"},
		"name too long for Kratix": {"name: alpha", "name: " + strings.Repeat("a", 64), "metadata.name: Too long: may not be more than 63 bytes"},
		"no name":                  {"name: alpha", "labels: {}", "metadata.name: Required value"},
		"label":                    {"name: alpha", "name: alpha\n  labels: {a: b c}", "metadata.labels: Invalid value"},
		"version":                  {"example.org/v1", "example.org/v2", "no matches for kind"},
		"kind":                     {"kind: Team", "kind: Crew", "no matches for kind"},
	} {
		t.Run(name, func(t *testing.T) {
			report := check(t, promise, variant(t, "team.yaml", test.piece, test.replacement))
			if len(report.CRD) > 0 || !strings.Contains(strings.Join(report.Object, "\n"), test.refusal) {
				t.Errorf("%q is not in %q", test.refusal, report)
			}
		})
	}
}

func TestDefaultsBeforeItValidates(t *testing.T) {
	unnamed := variant(t, "team.yaml", "  name: Team Alpha\n", "")
	if got := contract(t, "crd", promise, unnamed); got != accepted {
		t.Error(got)
	}
}

func TestRefusesChange(t *testing.T) {
	moved := variant(t, "team.yaml", "id: alpha", "id: beta")
	if got := contract(t, "crd", promise, moved); got != accepted {
		t.Errorf("a transition rule has no say in a creation: %s", got)
	}
	if got := contract(t, "crd", promise, moved, team); !strings.Contains(got, "the id can't change") {
		t.Error(got)
	}
	renamed := variant(t, "team.yaml", "name: Team Alpha", "name: Team A")
	if got := contract(t, "crd", promise, renamed, team); got != accepted {
		t.Error(got)
	}
}

func TestJudgesEachObject(t *testing.T) {
	object := func(version, spec string) string {
		return `{"apiVersion":"platform.example.org/` + version + `","kind":"Team","metadata":{"name":"a"},"spec":` + spec + `}`
	}
	objects := []string{
		object("v1", `{"id":"a","name":"A \ufffe"}`),
		object("v1", `{"id":"A"}`),
		object("v1", `{"id":"b","x":1}`),
		object("v2", `{"id":"c"}`),
		object("v1", `{"id":"d"}`),
	}
	var verdicts [][]string
	printed := contract(t, "crd-each", promise, file(t, "objects.json", "["+strings.Join(objects, ",")+"]"))
	if err := json.Unmarshal([]byte(printed), &verdicts); err != nil {
		t.Fatal(err)
	}
	for index, want := range []string{"", "spec.id: Invalid value", `unknown field "spec.x"`, "no matches for kind", ""} {
		got := strings.Join(verdicts[index], "\n")
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", objects[index], got)
		}
	}
}
