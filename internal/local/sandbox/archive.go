package sandbox

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Limits on what an archive may unpack to: a small file can hold an endless one.
const (
	maxUnpacked      = 512 << 20 // bytes
	maxUnpackedFiles = 20_000
)

// unpacker writes files into a folder and counts what it has written.
type unpacker struct {
	into  *os.Root
	bytes int64
	files int
}

// unpack writes the files of a .zip, .tar, .tar.gz or .tgz. Links and devices are left out: a site has no use for them,
// and they are how archives reach out of their folder.
func unpack(archive string, into *os.Root) error {
	file, err := os.Open(archive) // #nosec G304 -- the user's own file, read with his own rights
	if errors.Is(err, fs.ErrNotExist) {
		return invalid("There is no archive %s on the machine that runs Lazuli.", archive)
	}
	if err != nil {
		return fmt.Errorf("open archive: %w", err)
	}
	defer func() { _ = file.Close() }() // only read from
	u := &unpacker{into: into}
	switch {
	case strings.HasSuffix(archive, ".zip"):
		err = u.zip(file)
	case strings.HasSuffix(archive, ".tar"):
		err = u.tar(file)
	case strings.HasSuffix(archive, ".tar.gz"), strings.HasSuffix(archive, ".tgz"):
		var plain *gzip.Reader
		if plain, err = gzip.NewReader(file); err == nil {
			err = u.tar(plain)
		}
	default:
		return invalid("%s is no archive that can be unpacked: use .zip, .tar, .tar.gz or .tgz.", archive)
	}
	if err != nil {
		return invalid("%s cannot be unpacked: %v.", archive, err)
	}
	return nil
}

func (u *unpacker) zip(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	reader, err := zip.NewReader(file, info.Size())
	if err != nil {
		return err
	}
	for _, entry := range reader.File {
		if !entry.Mode().IsRegular() {
			continue
		}
		content, err := entry.Open()
		if err != nil {
			return err
		}
		if err := errors.Join(u.write(entry.Name, content, entry.Mode()), content.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) tar(stream io.Reader) error {
	reader := tar.NewReader(stream)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := u.write(header.Name, reader, header.FileInfo().Mode()); err != nil {
			return err
		}
	}
}

// write stores one file; os.Root refuses names that lead out of the folder.
func (u *unpacker) write(name string, content io.Reader, mode fs.FileMode) error {
	if u.files++; u.files > maxUnpackedFiles {
		return fmt.Errorf("it has more than %d files", maxUnpackedFiles)
	}
	name = path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if err := u.into.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := u.into.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600|mode&0o100)
	if err != nil {
		return err
	}
	n, err := io.Copy(file, io.LimitReader(content, maxUnpacked-u.bytes+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if u.bytes += n; u.bytes > maxUnpacked {
		return fmt.Errorf("it unpacks to more than %d MiB", maxUnpacked>>20)
	}
	return nil
}

// writeFiles stores inline files.
func writeFiles(files map[string]string, into *os.Root) error {
	u := &unpacker{into: into}
	for name, content := range files {
		if err := u.write(name, strings.NewReader(content), 0o600); err != nil {
			return invalid("The file %q cannot be written: %v.", name, err)
		}
	}
	return nil
}
