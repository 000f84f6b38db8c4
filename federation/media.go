package federation

import (
	"context"
	"io"
)

// maxMedia is the largest picture or other file of another server that is
// looked at.
const maxMedia = 40 << 20

// FetchMedia opens a picture or another file of another server; see
// remote.Client.FetchMedia. The body must be closed.
func (n *Node) FetchMedia(ctx context.Context, address string) (io.ReadCloser, string, error) {
	return n.remote.FetchMedia(ctx, address, maxMedia)
}

// FetchPage fetches a web page, of which at most the first mebibyte is returned;
// see remote.Client.FetchPage.
func (n *Node) FetchPage(ctx context.Context, address string) ([]byte, error) {
	page, err := n.remote.FetchPage(ctx, address)
	return page.Body, err
}
