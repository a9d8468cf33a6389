package amqp

import "fmt"

// fields reads the fields of a described list. A field that is null or beyond the end of the list is the zero value;
// one of another type than asked for is remembered in err.
type fields struct {
	list List
	err  error
}

func (r *fields) at(i int) any {
	if i >= len(r.list) {
		return nil
	}
	return r.list[i]
}

func (r *fields) fail(i int, want any) {
	if r.err == nil {
		r.err = fmt.Errorf("field %d is a %T where a %T is due", i, r.at(i), want)
	}
}

// get is field i as a T.
func get[T any](r *fields, i int) (v T) {
	if p := optional[T](r, i); p != nil {
		return *p
	}
	return v
}

// optional is field i as a T, or nil for null.
func optional[T any](r *fields, i int) *T {
	f := r.at(i)
	if f == nil {
		return nil
	}
	v, ok := f.(T)
	if !ok {
		r.fail(i, v)
		return nil
	}
	return &v
}

// described is field i as a list with the descriptor code.
func (r *fields) described(i int, code uint64) *fields {
	d, ok := r.at(i).(Described)
	if !ok {
		if r.at(i) != nil {
			r.fail(i, d)
		}
		return nil
	}
	list, ok := d.Value.(List)
	if !ok || d.Descriptor != code {
		r.fail(i, list)
		return nil
	}
	return &fields{list: list}
}

// within adds the error of a nested reader to this one.
func (r *fields) within(inner *fields) {
	if r.err == nil {
		r.err = inner.err
	}
}

func (r *fields) error(i int) *Error {
	f := r.described(i, codeError)
	if f == nil {
		return nil
	}
	defer r.within(f)
	return &Error{Condition: get[Symbol](f, 0), Description: get[string](f, 1), Info: get[Map](f, 2)}
}

func (r *fields) terminus(i int, code uint64) *Terminus {
	f := r.described(i, code)
	if f == nil {
		return nil
	}
	defer r.within(f)
	t := &Terminus{Address: get[string](f, 0)}
	if code == codeSource {
		t.Filter = get[Map](f, 7)
	}
	return t
}
