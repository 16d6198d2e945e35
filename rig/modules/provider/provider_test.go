// The stand-in has the schema of the real one.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTheSchemaIsSound(t *testing.T) {
	if err := provider().InternalValidate(); err != nil {
		t.Fatal(err)
	}
}

func TestAnOrganizationIsFoundOnALaterPage(t *testing.T) {
	client := answering(t, func(w http.ResponseWriter, r *http.Request) {
		pages := map[string][]organization{"1": {{ID: 1, Name: "one"}}, "2": {{ID: 22, Name: "two"}}, "3": {}}
		_ = json.NewEncoder(w).Encode(pages[r.URL.Query().Get("page")])
	})
	found, err := client.byID(context.Background(), "22")
	if err != nil || found.Name != "two" {
		t.Fatal(found, err)
	}
	if _, err := client.byID(context.Background(), "2"); !isMissing(err) {
		t.Fatal(err)
	}
}

func TestARefusalSaysWhatGiteaSaid(t *testing.T) {
	client := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "token secret" || r.URL.EscapedPath() != "/api/v1/orgs/a%2Fb" {
			t.Error(r.URL, r.Header)
		}
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte(`{"message": "name is reserved"}`))
	})
	err := client.call(context.Background(), "GET", orgPath("a/b"), nil, nil)
	if err == nil || err.Error() != "name is reserved" {
		t.Fatal(err)
	}
}

func answering(t *testing.T, answer http.HandlerFunc) gitea {
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return gitea{server.URL + "/", "secret"}
}
