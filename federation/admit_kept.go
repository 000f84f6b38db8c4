//go:build !crashcontrol

package federation

import (
	"context"

	"croft/store"
)

// keepAdmitted returns once what was let in is on disk: only then is it answered.
func (n *Node) keepAdmitted(ctx context.Context, change func(*store.Tx) error) error {
	return n.store.Update(ctx, change)
}
