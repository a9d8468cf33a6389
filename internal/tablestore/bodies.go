package tablestore

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Columns of a piece of a body; written by PutBody, or by Commit with Bodies. All pieces of a body have the same count.
//
//	data   up to pieceSize bytes of the gzip stream
//	count  how many pieces there are

const (
	maxBody   = 16 << 20 // of content
	pieceSize = 48 << 10 // 64 KiB as the base64 of the wire
	batchSize = 50       // pieces in one transaction: 3.2 MiB of at most 4
)

// PutBody stores content under a key that holds its digest: the same again writes the same rows, and other content under
// the same id cannot disturb it.
func (s *Store) PutBody(ctx context.Context, project, id string, content []byte) (platform.BodyRef, error) {
	if len(content) > maxBody {
		return platform.BodyRef{}, tooLarge(len(content))
	}
	sum := sha256.Sum256(content)
	ref := platform.BodyRef{ID: id, Digest: hex.EncodeToString(sum[:]), Size: len(content)}
	packed, err := compress(content)
	if err != nil {
		return platform.BodyRef{}, fmt.Errorf("compress body %s: %w", id, err)
	}
	var actions []aztables.TransactionAction
	for _, r := range piecesOf(bodyPartition(project, ref), "", packed) {
		entity, err := r.encode()
		if err != nil {
			return platform.BodyRef{}, fmt.Errorf("store body %s: %w", id, err)
		}
		actions = append(actions, aztables.TransactionAction{ActionType: aztables.TransactionTypeInsertReplace, Entity: entity})
	}
	for len(actions) > 0 {
		n := min(batchSize, len(actions))
		if err := s.putPieces(ctx, actions[:n]); err != nil {
			return platform.BodyRef{}, fmt.Errorf("store body %s: %w", id, err)
		}
		actions = actions[n:]
	}
	return ref, nil
}

func tooLarge(size int) error {
	return platform.Errorf(platform.BodyTooLarge, "The content has %d bytes; %d is the most.", size, maxBody)
}

func (s *Store) putPieces(ctx context.Context, actions []aztables.TransactionAction) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.bodies.SubmitTransaction(ctx, actions, nil)
	if inner, ok := AsTxError(err); ok {
		return fmt.Errorf("the storage refused a piece: %s: %w", inner.Code, err)
	}
	return s.failure(err)
}

func bodyPartition(project string, ref platform.BodyRef) string {
	return keyOf(project, ref.ID, ref.Digest)
}

// piecesOf are upserted on purpose, without If-Match: whoever wrote a piece before wrote the same one.
func piecesOf(partition, prefix string, packed []byte) []*row {
	count := (len(packed) + pieceSize - 1) / pieceSize
	pieces := make([]*row, 0, count)
	for i := range count {
		r := newRow(partition, prefix+fmt.Sprintf("%04d", i))
		r.binary("data", packed[i*pieceSize:min((i+1)*pieceSize, len(packed))])
		r.number("count", int64(count))
		pieces = append(pieces, r)
	}
	return pieces
}

// Body returns NotFound for a body that was never stored completely, and an error for one whose digest is wrong. It looks where it
// is if it went along with a Commit, then where large ones are.
func (s *Store) Body(ctx context.Context, project string, ref platform.BodyRef) ([]byte, error) {
	rows, err := s.scan(ctx, s.projects, inPartition(keyOf(project)).withPrefix(bodyPrefix(ref)), 0)
	if err == nil && len(rows) == 0 {
		return s.largeBody(ctx, project, ref)
	}
	return joined(ref, rows, err)
}

// largeBody reads what PutBody has stored.
func (s *Store) largeBody(ctx context.Context, project string, ref platform.BodyRef) ([]byte, error) {
	rows, err := s.scan(ctx, s.bodies, inPartition(bodyPartition(project, ref)), 0)
	return joined(ref, rows, err)
}

// joined is the content that was cut to pieces.
func joined(ref platform.BodyRef, rows []*storedRow, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("read body %s: %w", ref.ID, err)
	}
	var packed []byte
	for _, r := range rows {
		if r.count("count") != len(rows) {
			return nil, notFound("The stored content %s is not there.", ref.ID)
		}
		packed = append(packed, r.binary("data")...)
		if r.err != nil {
			return nil, fmt.Errorf("read body %s: %w", ref.ID, r.err)
		}
	}
	if len(rows) == 0 {
		return nil, notFound("The stored content %s is not there.", ref.ID)
	}
	content, err := decompress(packed, ref.Size)
	if err != nil {
		return nil, fmt.Errorf("read body %s: %w", ref.ID, err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != ref.Digest {
		return nil, fmt.Errorf("read body %s: its digest is wrong: %w", ref.ID, errDamaged)
	}
	return content, nil
}

func compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// decompress reads no more than size bytes: a stream that holds more is not what was stored.
func decompress(packed []byte, size int) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	content, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if len(content) != size {
		return nil, fmt.Errorf("it has another size than was stored: %w", errDamaged)
	}
	return content, nil
}

// A column that is too large for its row is stored as a body first; the row gets a column of the same name with this
// suffix instead.
const bodySuffix = "Body"

// spill stores the large columns of a row and puts references in their place.
func (s *Store) spill(ctx context.Context, project string, r *row) error {
	for name, content := range r.large {
		ref, err := s.PutBody(ctx, project, r.key+"."+name, content)
		if err != nil {
			return err
		}
		if err := r.document(name+bodySuffix, storedBodyRef(ref)); err != nil {
			return err
		}
	}
	return nil
}

// restore puts the large columns of a row back.
func (s *Store) restore(ctx context.Context, project string, r *storedRow) error {
	for property := range r.Properties {
		name, found := strings.CutSuffix(property, bodySuffix)
		if !found {
			continue
		}
		var ref storedBodyRef
		if r.document(property, &ref); r.err != nil {
			return r.err
		}
		content, err := s.largeBody(ctx, project, platform.BodyRef(ref))
		if platform.CodeOf(err) == platform.NotFound {
			return fmt.Errorf("column %s of row %s: %w: %v", name, r.RowKey, errDamaged, err) //nolint:errorlint // its code would say that the row is missing
		}
		if err != nil {
			return err
		}
		r.Properties[name] = string(content)
	}
	return nil
}
