// Gitea's API, as far as an organization needs it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// gitea is the API of one, used with a token.
type gitea struct{ url, token string }

// refusal is an answer of Gitea that is no success.
type refusal struct {
	status  int
	message string
}

func (r refusal) Error() string { return r.message }

func isMissing(err error) bool {
	refused, ok := err.(refusal)
	return ok && refused.status == http.StatusNotFound
}

// An organization as Gitea tells of it.
type organization struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	FullName    string `json:"full_name"`
	Description string `json:"description"`
	Website     string `json:"website"`
	Location    string `json:"location"`
	Visibility  string `json:"visibility"`
	AvatarURL   string `json:"avatar_url"`
}

type repository struct {
	Name string `json:"name"`
}

// call asks Gitea and puts its answer into out, both as JSON. Either may be nil.
func (g gitea) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		content, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(content)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(g.url, "/")+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "token "+g.token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		said := struct{ Message string }{answer.Status}
		_ = json.Unmarshal(content, &said) // without a message, the status says it
		return refusal{answer.StatusCode, said.Message}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(content, out)
}

// list asks for all pages.
func list[T any](ctx context.Context, g gitea, path string) (all []T, err error) {
	for page := 1; ; page++ {
		var some []T
		if err := g.call(ctx, "GET", fmt.Sprintf("%s?page=%d&limit=50", path, page), nil, &some); err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return all, nil
		}
		all = append(all, some...)
	}
}

// byID looks through all organizations, as Gitea finds one by its name only. A site admin alone may.
func (g gitea) byID(ctx context.Context, id string) (*organization, error) {
	all, err := list[organization](ctx, g, "/admin/orgs")
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if fmt.Sprint(one.ID) == id {
			return &one, nil
		}
	}
	return nil, refusal{http.StatusNotFound, "no organization has the id " + id}
}

func (g gitea) repositories(ctx context.Context, name string) ([]string, error) {
	all, err := list[repository](ctx, g, orgPath(name)+"/repos")
	names := make([]string, 0, len(all))
	for _, one := range all {
		names = append(names, one.Name)
	}
	return names, err
}

func orgPath(name string) string { return "/orgs/" + url.PathEscape(name) }
