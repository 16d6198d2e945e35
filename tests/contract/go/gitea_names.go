// Subcommand gitea-names: the names that Gitea lets neither a user nor an
// organization have, read from the source that enforces them.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

const (
	giteaModule = "code.gitea.io/gitea@v1.26.0"
	// Organisations are users there: creating one runs the same IsUsableUsername.
	giteaNamesFile = "models/user/user.go"
)

type giteaNames struct {
	Names    []string `json:"names"`
	Patterns []string `json:"patterns"`
}

func readGiteaNames([]string) (any, error) {
	source, err := downloadModule(giteaModule)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(source, giteaNamesFile), nil, 0)
	if err != nil {
		return nil, err
	}
	names, err := stringList(file, "reservedUsernames")
	if err != nil {
		return nil, err
	}
	patterns, err := stringList(file, "reservedUserPatterns")
	if err != nil {
		return nil, err
	}
	return giteaNames{names, patterns}, nil
}

// downloadModule returns the folder of a module's source. It runs in a module
// of its own, so that reading one file brings in none of Gitea's dependencies.
func downloadModule(module string) (string, error) {
	empty, err := os.MkdirTemp("", "contract-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(empty)
	if err := os.WriteFile(filepath.Join(empty, "go.mod"), []byte("module empty\n"), 0o600); err != nil {
		return "", err
	}
	download := exec.Command("go", "mod", "download", "-json", module)
	download.Dir = empty
	// When it fails, the reason is in its answer rather than on stderr.
	answer, failure := download.Output()
	var downloaded struct{ Dir, Error string }
	unreadable := json.Unmarshal(answer, &downloaded)
	if failure != nil || unreadable != nil {
		return "", fmt.Errorf("go mod download %s: %s %w", module, downloaded.Error, errors.Join(failure, unreadable))
	}
	return downloaded.Dir, nil
}

// stringList finds `variable = []string{"…", …}` at the top level of a file.
func stringList(file *ast.File, variable string) ([]string, error) {
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.VAR {
			continue
		}
		for _, specification := range general.Specs {
			value := specification.(*ast.ValueSpec)
			for index, name := range value.Names {
				if name.Name == variable && index < len(value.Values) {
					return literals(value.Values[index], variable)
				}
			}
		}
	}
	return nil, fmt.Errorf("no variable %s", variable)
}

func literals(expression ast.Expr, variable string) ([]string, error) {
	list, ok := expression.(*ast.CompositeLit)
	if !ok {
		return nil, fmt.Errorf("%s is not a list", variable)
	}
	var texts []string
	for _, element := range list.Elts {
		literal, ok := element.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return nil, fmt.Errorf("%s holds more than string literals", variable)
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}
