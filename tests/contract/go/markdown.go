package main

import (
	"bytes"
	"os"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	nethtml "golang.org/x/net/html"
)

// What a page becomes, as Gitea renders comments before it cleans them.
type renderedPage struct {
	// The names of elements, each once, in order.
	Elements []string `json:"elements"`
	// The text that is no code.
	Text string `json:"text"`
	// The texts that are code.
	Code []string `json:"code"`
}

func renderMarkdown(arguments []string) (any, error) {
	source, err := os.ReadFile(arguments[0])
	if err != nil {
		return nil, err
	}
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithRendererOptions(html.WithUnsafe()),
	)
	var rendered bytes.Buffer
	if err := markdown.Convert(source, &rendered); err != nil {
		return nil, err
	}
	document, err := nethtml.Parse(&rendered)
	if err != nil {
		return nil, err
	}
	page := renderedPage{}
	for node := range document.Descendants() {
		switch node.Type {
		case nethtml.ElementNode:
			page.Elements = append(page.Elements, node.Data)
			if node.Data == "code" {
				page.Code = append(page.Code, textOf(node))
			}
		case nethtml.TextNode:
			if !isCode(node) {
				page.Text += node.Data
			}
		}
	}
	slices.Sort(page.Elements)
	page.Elements = slices.Compact(page.Elements)
	return page, nil
}

func isCode(node *nethtml.Node) bool {
	for parent := range node.Ancestors() {
		if parent.Data == "code" {
			return true
		}
	}
	return false
}

func textOf(node *nethtml.Node) string {
	var text strings.Builder
	for inner := range node.Descendants() {
		if inner.Type == nethtml.TextNode {
			text.WriteString(inner.Data)
		}
	}
	return text.String()
}
