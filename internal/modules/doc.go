// Package modules reads Terraform modules as documents: what they take, what they give, what they make. From that their README files are
// written (modules/generate), and tests hold them to the catalog. The engine reads them otherwise, and decides what they do.
package modules
