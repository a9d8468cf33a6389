package platform

import "time"

// Settle says what the end of an operation means for its environment and its deployment. It is pure, and it is stored in
// the same transaction as the end itself. The failure of an update leaves the environment as it was, and says so.
func Settle(op Operation, env Environment, dep Deployment, now time.Time) (Environment, Deployment) {
	if op.Mode == ModeDrift { // it changed nothing, and what became of it is no failure of the environment
		return settleDrift(op, env, now), dep
	}
	env.ActiveOperation = ""
	env.UpdatedAt, env.SettledAt = now, now
	env.Revision++
	if op.Status == Succeeded && op.Mode != ModePlan {
		env = env.awake(now)
	}
	planned, resources := env.Planned, env.PlannedResources
	env.Planned, env.PlannedResources = 0, nil
	if op.Mode == ModePlan { // it changed nothing: what the last change left, and why it failed, is as it was
		env.State = env.Resting
		return env, dep
	}
	if op.Status == Succeeded {
		env.Drift = withoutDrift(env.Drift, now)
		env.Monthly, env.Resources = planned, resources
		return settleSuccess(op, env, dep, now)
	}
	if op.Mode == ModeDeploy && op.Claimed.ID != "" && op.Gate != GateClosed { // what it made before it failed is there, and counts
		env.Monthly = max(env.Monthly, planned)
		env.Resources = Environment{Resources: env.Resources, PlannedResources: resources}.holds()
	}
	left := env.left()
	env.State = stateAfterFailure(op, env)
	env.Failure = failureFor(op, now)
	if env.State == DeleteFailed && env.Failure.Remaining == nil { // this one looked at nothing: what was found before is still there
		env.Failure.Remaining = left
	}
	return env, dep
}

func settleSuccess(op Operation, env Environment, dep Deployment, now time.Time) (Environment, Deployment) {
	env.Failure = nil
	switch op.Mode {
	case ModeDestroy:
		env.Drift = nil
		env.State = Deleted
		env.Outputs = nil
		env.Deployment = dep.ID
		env.Expiry, env.Protection, env.Calendar, env.NextPower, env.DueAt = nil, nil, nil, time.Time{}, time.Time{}
	case ModeDeploy:
		env.State = Ready
		if dep.Power == PowerOff {
			env.State = Hibernated
			env.Sleep.Since, env.Sleep.ByCalendar = now, dep.CreatedBy == platformID
		}
		env.MonthlyOff = env.Monthly
		if dep.Price != nil {
			env.MonthlyOff = dep.Price.Off
		}
		env.Deployment = dep.ID
		env.Template, env.Parameters = dep.Template, dep.Parameters
		if op.Reported != nil {
			env.Outputs = op.Reported.Outputs
			dep.Outputs = op.Reported.Outputs
		}
	}
	return env, dep
}

func stateAfterFailure(op Operation, env Environment) EnvironmentState {
	touched := op.Claimed.ID != ""
	switch {
	case op.Mode == ModeDestroy && touched:
		return DeleteFailed
	case env.Resting == "" || env.Resting == Creating:
		return Broken
	default:
		return env.Resting
	}
}

func failureFor(op Operation, now time.Time) *Failure {
	f := &Failure{Operation: op.ID, Code: "Canceled", Message: "The change was canceled.", At: now}
	if op.Error != nil {
		f.Code, f.Message = op.Error.Code, op.Error.Sentence()
	}
	if op.Reported != nil {
		f.Remaining = op.Reported.Remaining
	}
	return f
}
