// The command line, and what the tests of all subcommands share.

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// contract runs a subcommand and returns what it prints.
func contract(t *testing.T, arguments ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(arguments, &out); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// file writes a text into a file of the test's own.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// variant is a file of testdata in which one piece of text is replaced.
func variant(t *testing.T, name, piece, replacement string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), piece) != 1 {
		t.Fatalf("%s must hold %q once", name, piece)
	}
	return file(t, name, strings.Replace(string(text), piece, replacement, 1))
}

func TestUnusableArgumentsAreNoAnswer(t *testing.T) {
	for _, arguments := range [][]string{
		{},
		{"nonsense"},
		{"yaml"},
		{"yaml", "one", "two"},
		{"yaml", "testdata/missing.yaml"},
		{"terraform", "testdata/missing.tf.json"},
		{"crd", "testdata/missing.yaml"},
		{"crd", "testdata/team.yaml"},
		{"crd", "testdata/promise.yaml", "testdata/missing.yaml"},
	} {
		var out bytes.Buffer
		if err := run(arguments, &out); err == nil || out.Len() > 0 {
			t.Errorf("%q: error %v, printed %q", arguments, err, out.String())
		}
	}
}
