package agent

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// line takes one line of a task's output: a logging command is obeyed, everything else is logged.
func (s *step) line(text string) {
	c, found, err := parseCommand(text)
	switch {
	case !found:
		s.output(text)
	case err != nil:
		s.warn(err.Error())
	default:
		if err := s.obey(c); err != nil {
			s.complete(Failed)
			s.fail(fmt.Sprintf("Unable to process command '%s' successfully: %s", shorten(strings.TrimSpace(text)), err))
		}
	}
}

// obey carries out a logging command. The error fails the step.
func (s *step) obey(c command) error {
	switch c.area + "." + c.action {
	case "task.setvariable":
		return s.setVariable(c)
	case "task.setsecret":
		s.job.run.mask.add(c.data)
	case "task.logissue":
		return s.logIssue(c)
	case "task.complete":
		return s.taskComplete(c)
	case "task.setprogress":
		return s.setProgress(c)
	case "task.prependpath":
		return s.prependPath(c.data)
	case "task.debug":
		if strings.EqualFold(s.vars["system.debug"].value, "true") {
			s.output("##[debug]" + c.data)
		}
	case "task.uploadsummary", "build.uploadsummary":
		return s.attach(SummaryAttachment, filepath.Base(c.data), c.data)
	case "task.addattachment":
		return s.addAttachment(c)
	case "build.addbuildtag":
		return s.addTag(c.data)
	case "build.updatebuildnumber":
		return s.updateNumber(c.data)
	case "artifact.upload":
		return s.uploadArtifact(c)
	case "task.settaskvariable":
		// Visible to the same task's other hooks only; the tasks here have none.
	default:
		s.warn(fmt.Sprintf("##vso[%s.%s] is not a command that the local agent knows; it was ignored.", c.area, c.action))
	}
	return nil
}

func (s *step) setVariable(c command) error {
	d := variable{
		name: c.properties["variable"], value: c.data, secret: c.flag("issecret"), readOnly: c.flag("isreadonly"),
		preserveCase: c.flag("preservecase"),
	}
	if strings.TrimSpace(d.name) == "" {
		return fmt.Errorf("required field 'variable' is missing in ##vso[task.setvariable] command")
	}
	if d.secret {
		if strings.ContainsAny(d.value, "\r\n") && !strings.EqualFold(s.vars["system.unsafeallowmultilinesecret"].value, "true") {
			return fmt.Errorf("secrets cannot contain multiple lines")
		}
		s.job.run.mask.add(d.value)
	}
	isOutput := c.flag("isoutput")
	if isOutput && s.spec.Name == "" {
		s.warn("The output variable '" + d.name + "' is not kept: the step has no name.")
		return nil
	}
	plain := d.name
	if isOutput {
		d.name, d.readOnly = s.spec.Name+"."+plain, true
	}
	s.job.mu.Lock()
	defer s.job.mu.Unlock()
	if isOutput {
		s.job.outputs[s.job.outputPrefix()+d.name] = d.value
		s.job.vars[lower(d.name)] = d // a retried step may write its output again
		return nil
	}
	if err := s.job.vars.set(d); err != nil {
		s.warn(err.Error())
	}
	return nil
}

// outputPrefix is what stands before step.variable in the name of an output: nothing for a job; for a deployment the
// job's name (hook deploy) or the hook's, with the resource if there is one.
func (j *job) outputPrefix() string {
	d := j.leg.job.Deployment
	switch {
	case d == nil:
		return ""
	case j.leg.hook == "deploy" && d.Resource == "":
		return j.leg.job.Name + "."
	case d.Resource == "":
		return j.leg.hook + "."
	default:
		return j.leg.hook + "_" + d.Resource + "."
	}
}

func (s *step) logIssue(c command) error {
	kind := lower(c.properties["type"])
	if kind != "error" && kind != "warning" {
		return fmt.Errorf("issue type '%s' is not supported, use error or warning", c.properties["type"])
	}
	data := map[string]string{}
	for _, name := range []string{"sourcepath", "linenumber", "columnnumber", "code"} {
		if value := c.properties[name]; value != "" {
			data[name] = value
		}
	}
	s.output("##[" + kind + "]" + c.data)
	s.issue(kind, c.data, data)
	return nil
}

func (s *step) taskComplete(c command) error {
	for _, r := range []Result{Succeeded, SucceededWithIssues, Failed} {
		if strings.EqualFold(c.properties["result"], string(r)) {
			s.complete(r)
			if c.data != "" {
				s.operation(c.data)
			}
			if r == Failed && c.data != "" {
				s.fail(c.data)
			}
			return nil
		}
	}
	return fmt.Errorf("the result '%s' is not one of Succeeded, SucceededWithIssues, Failed", c.properties["result"])
}

// complete merges a result into the step's; the worst counts.
func (s *step) complete(r Result) {
	s.job.mu.Lock()
	defer s.job.mu.Unlock()
	if s.completed == "" {
		s.completed = r
		return
	}
	s.completed = worst(s.completed, r)
}

func (s *step) setProgress(c command) error {
	percent, err := strconv.Atoi(strings.TrimSpace(c.properties["value"]))
	if err != nil || percent < 0 || percent > 100 {
		return fmt.Errorf("the progress '%s' is not a number from 0 to 100", c.properties["value"])
	}
	s.job.run.tl.touch(s.recordID, func(r *Record) {
		if r.PercentComplete == nil || *r.PercentComplete < percent {
			r.PercentComplete = &percent
		}
	})
	s.operation(c.data)
	return nil
}

func (s *step) operation(text string) {
	s.job.run.tl.touch(s.recordID, func(r *Record) { r.CurrentOperation = text })
}

func (s *step) prependPath(dir string) error {
	if dir == "" {
		return fmt.Errorf("a path is required in ##vso[task.prependpath] command")
	}
	s.job.mu.Lock()
	defer s.job.mu.Unlock()
	s.job.prepended = append([]string{dir}, s.job.prepended...)
	return nil
}

func (s *step) addAttachment(c command) error {
	kind, name := c.properties["type"], c.properties["name"]
	if kind == "" || name == "" {
		return fmt.Errorf("an attachment needs type and name")
	}
	return s.attach(kind, name, c.data)
}

func (s *step) attach(kind, name, path string) error {
	file, err := os.Open(s.job.dirs.within(path))
	if err != nil {
		return fmt.Errorf("cannot upload file: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(file, attachmentSize+1))
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("cannot upload file: %w", err)
	}
	if len(content) > attachmentSize {
		return fmt.Errorf("cannot upload file %s: it has more than %d bytes", path, attachmentSize)
	}
	rec := s.job.run.tl.rec
	return s.job.run.tl.other(func(ctx context.Context) error {
		return rec.Attach(ctx, Attachment{RecordID: s.recordID, Type: kind, Name: name, Content: []byte(s.job.run.mask.mask(string(content)))})
	})
}

func (s *step) addTag(tag string) error {
	if tag = strings.TrimSpace(tag); tag == "" {
		return fmt.Errorf("a build tag is required")
	}
	return s.job.run.tl.other(func(ctx context.Context) error { return s.job.run.tl.rec.AddTag(ctx, s.job.run.mask.mask(tag)) })
}

func (s *step) updateNumber(number string) error {
	if number = strings.TrimSpace(number); number == "" {
		return fmt.Errorf("a build number is required")
	}
	s.job.mu.Lock()
	s.job.vars.predefine("Build.BuildNumber", number)
	s.job.mu.Unlock()
	return s.job.run.tl.other(func(ctx context.Context) error {
		return s.job.run.tl.rec.SetBuildNumber(ctx, s.job.run.mask.mask(number))
	})
}

func (s *step) uploadArtifact(c command) error {
	name := c.properties["artifactname"]
	if name == "" {
		return fmt.Errorf("artifact name is required")
	}
	ctx, cancel := context.WithTimeout(s.job.run.tl.ctx, artifactTimeout)
	defer cancel()
	return s.publishPath(ctx, name, s.job.dirs.within(c.data))
}
