package load

import (
	"context"
	"fmt"
	"io"
)

func bench(ctx context.Context, stdout, stderr io.Writer) (bool, error) {
	return false, fmt.Errorf("x")
}
