// Shows that the lists are Gitea's, and that one that can't be read is missed.

package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

func TestReadsNamesThatGiteaIsKnownToRefuse(t *testing.T) {
	var found giteaNames
	if err := json.Unmarshal([]byte(contract(t, "gitea-names")), &found); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api", "user", "explore", "ghost", "gitea-actions"} {
		if !slices.Contains(found.Names, name) {
			t.Errorf("%s is not in %q", name, found.Names)
		}
	}
	if slices.Contains(found.Names, "admin") {
		t.Error("Gitea takes admin")
	}
	if !slices.Contains(found.Patterns, "*.rss") {
		t.Errorf("*.rss is not in %q", found.Patterns)
	}
}

// A list that Gitea moves or computes must stop the test that asks for it.
func TestUnreadableListIsNoAnswer(t *testing.T) {
	for name, source := range map[string]string{
		"missing":  `package user; var other = []string{"a"}`,
		"computed": `package user; var reserved = names()`,
		"mixed":    `package user; var reserved = []string{"a", b}`,
	} {
		t.Run(name, func(t *testing.T) {
			if list, err := stringList(parse(t, source), "reserved"); err == nil {
				t.Errorf("read %q", list)
			}
		})
	}
}

func parse(t *testing.T, source string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "user.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestMissingModuleIsNoAnswer(t *testing.T) {
	if folder, err := downloadModule("code.gitea.io/gitea@v0.0.0-nonsense"); err == nil {
		t.Errorf("found %s", folder)
	}
}
