package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// journalSuffix is appended to the plan's path for the file in which apply
// notes what it did.
const journalSuffix = ".journal"

// interruptGrace is how long what was begun may take after an interrupt:
// longer than a request and its retries usually need, and shorter than
// service managers wait before they kill.
const interruptGrace = 45 * time.Second

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// applyFlags are apply's own flags.
type applyFlags struct {
	allow        []string
	withinLimits bool
	recheck      bool
	digest       string
	dryRun       bool
	again        bool
	only         []string
	allowEdited  bool
}

func (p *program) applyCommand() *cobra.Command {
	var flags applyFlags
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Do what a plan file says, and only that",
		Long: `Executes a plan file. Every account is read again first: one that is no longer as
the plan saw it is left alone and reported. What has been done is noted in a
journal beside the plan, so a run that was interrupted can be run again; a second
run of a finished plan changes nothing.

Exit code: 0 all done; 1 could not start; 3 the plan was refused; 4 something was
left undone (failed, drifted, left out by --recheck or --within-limits, interrupted).`,
		Example: `  staffsync apply plan.yaml
  staffsync apply --allow suspend=37 plan.yaml
  staffsync apply --only "Wauconda High School" plan.yaml`,
		Args:              oneArgument("a plan file"),
		ValidArgsFunction: completePlans(1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if cmd.Flags().Changed("digest") && !digestForm.MatchString(flags.digest) {
				return fmt.Errorf("--digest %q: write the digest as the plan has it: sha256: and 64 digits", flags.digest)
			}
			if cmd.Flags().Changed("only") && len(flags.only) == 0 {
				return plan.CheckOnly(nil, nil)
			}
			if flags.allowEdited && flags.digest != "" {
				return errors.New("--allow-edited and --digest exclude each other: an edited plan is not the one that was reviewed under its digest")
			}
			return p.apply(cmd.Context(), arguments[0], flags)
		},
	}
	cmd.Flags().StringSliceVar(&flags.allow, "allow", nil, "let the plan exceed limits by naming their exact counts: `limit=count,…`, such as suspend=37")
	must(cmd.RegisterFlagCompletionFunc("allow", p.completeAllow))
	cmd.Flags().BoolVar(&flags.withinLimits, "within-limits", false, "where the plan is over a limit, hold back all that counts under it, and do the rest")
	cmd.Flags().BoolVar(&flags.recheck, "recheck", false, "plan again before the first write, and leave out what a plan made now would no longer do")
	addOnly(cmd, &flags.only, "do only what the plan does to these, and all that it waits for")
	cmd.Flags().StringVar(&flags.digest, "digest", "", "refuse any plan but the one with this `digest`, as it was reviewed")
	cmd.Flags().BoolVar(&flags.allowEdited, "allow-edited", false, "apply a plan from which whole actions were deleted, after checking what is left against a plan made now")
	cmd.Flags().BoolVar(&flags.again, "again", false, "do a plan once more that was done before, though somebody has undone it since")
	p.addQuiet(cmd, "print only what was left undone, and the totals if anything was")
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, "read every account and say what would be done; write nothing")
	return cmd
}

func (p *program) apply(ctx context.Context, path string, flags applyFlags) (err error) {
	if path == "-" {
		return errors.New("apply needs a plan file: its journal is kept beside it")
	}
	allowed, err := parseAllow(flags.allow)
	if err != nil {
		return err
	}
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	reviewed, err := p.readPlan(path)
	if err != nil {
		return err
	}
	options := cfg.ApplyOptions()
	actions := reviewed.Actions
	if len(flags.only) > 0 {
		selection, err := plan.Select(reviewed.Actions, flags.only)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		options.Only, actions = &selection, selection.Actions
	}
	key, err := applyKey(cfg, actions)
	if err != nil {
		return err
	}
	options.FingerprintKey = key.ID()
	options.Digest = flags.digest
	if flags.recheck || flags.allowEdited {
		if err := p.planBeforeApply(ctx, cfg, path, reviewed, flags, &options); err != nil {
			return err
		}
	}
	directory, closeDirectory, err := p.openDirectoryKnowing(ctx, cfg, applyScopes(flags.dryRun, cfg.ApplyOptions().LeaveGroups, key.Known() || createsAttributes(actions)), key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()

	progress := newProgress(ctx, p.terminal, p.quiet)
	options.ReadSensitive = sensitiveReader(cfg, key, directory)
	options.Allow = allowed
	options.WithinLimits = flags.withinLimits
	options.DryRun = flags.dryRun
	options.JournalPath = path + journalSuffix
	options.Again = flags.again
	options.Today = cfg.Source.Day(time.Now()).Format(time.DateOnly)
	if options.Holds, err = cfg.Holds.Read(); err != nil {
		return err
	}
	options.Newer = newer(path, options.JournalPath)
	options.Workers = directory.AtOnce()
	options.Grace = interruptGrace
	options.Abort = p.abort
	options.Progress = func(event apply.Event) {
		p.logOutcome(event)
		progress.event(event)
	}
	options.Logger = p.log
	if options.Password.Env != "" {
		options.Password.Fixed = os.Getenv(options.Password.Env)
	}
	p.saySelected(reviewed, options.Only)
	result, err := apply.Run(ctx, reviewed, directory, options)
	progress.end()
	if err != nil {
		return refused(err)
	}
	if !p.quiet || result.Incomplete() {
		p.printResult(result)
	}
	if result.Incomplete() {
		return &exit{code: exitIncomplete}
	}
	return nil
}

// refused ends the command with its own code where a plan was refused.
func refused(err error) error {
	var refusal *apply.Refusal
	if errors.As(err, &refusal) {
		return &exit{code: exitRefused, err: err}
	}
	return err
}

// logOutcome writes down how an action ended.
func (p *program) logOutcome(event apply.Event) {
	if outcome := event.Outcome; outcome != nil {
		p.log.Info("action", "id", outcome.ID, "action", outcome.Kind, "account", outcome.Account, "outcome", outcome.Status, "message", outcome.Message)
	}
}

// newer tells whether the plan is newer than its journal: then it may have been
// made again since, even if it says the same as before.
func newer(planPath, journalPath string) bool {
	planInfo, planErr := os.Stat(planPath)
	journalInfo, journalErr := os.Stat(journalPath)
	return planErr == nil && journalErr == nil && planInfo.ModTime().After(journalInfo.ModTime())
}

// applyScopes are what the run may do: a dry run only reads, only where leavers
// leave their groups are these read, and only where sensitive values are written,
// or attributes are created, must be known which attributes there are.
func applyScopes(dryRun, leaveGroups, attributes bool) []string {
	if dryRun {
		return signin.ReadScopes()
	}
	scopes := signin.WriteScopes()
	if leaveGroups {
		scopes = append(scopes, signin.GroupScopes()...)
	}
	if attributes {
		scopes = append(scopes, signin.SchemaScopes()...)
	}
	return scopes
}

// createsAttributes tells whether one of the actions does.
func createsAttributes(actions []plan.Action) bool {
	return slices.ContainsFunc(actions, func(a plan.Action) bool { return a.Kind == plan.CreateAttribute })
}

// parseAllow reads the values of --allow.
func parseAllow(texts []string) (map[plan.LimitName]int, error) {
	allowed := make(map[plan.LimitName]int)
	for _, text := range texts {
		word, number, ok := strings.Cut(text, "=")
		count, err := strconv.Atoi(number)
		if !ok || err != nil || count < 0 {
			return nil, fmt.Errorf("--allow %q: write a limit and its exact count, such as suspend=37", text)
		}
		name := plan.LimitName(word)
		if !name.Measured() {
			return nil, fmt.Errorf("--allow %q: there is no limit %q; the limits are %s", text, word, plan.LimitWords())
		}
		if earlier, repeated := allowed[name]; repeated && earlier != count {
			return nil, fmt.Errorf("--allow %q: %s was allowed %d before", text, name, earlier)
		}
		allowed[name] = count
	}
	return allowed, nil
}

// printResult says how the run ended.
func (p *program) printResult(result apply.Result) {
	var counts []string
	for _, status := range apply.Statuses() {
		if n := result.Counts[status]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, statusWords(status)))
		}
	}
	summary := strings.Join(counts, ", ")
	if summary == "" {
		summary = "nothing to do"
	}
	headline := "Apply"
	if result.DryRun {
		headline = "Dry run, nothing was written"
	}
	fmt.Fprintf(p.out, "%s: %s.\n", headline, summary)
	if result.Outdated > 0 {
		fmt.Fprintf(p.out, "Rechecked: %d of the %d actions are left out, or a part of them, because a plan made now would no longer do that.\n", result.Outdated, len(result.Outcomes))
	}
	for _, reason := range result.HeldBack {
		fmt.Fprintf(p.out, "Held back, %s.\n", plan.Visible(reason))
	}
	switch {
	case result.Interrupted && result.Counts[apply.Failed] > 0:
		fmt.Fprintln(p.out, "Interrupted. Not all that was begun could be finished; run the same command again for the rest.")
	case result.Interrupted:
		fmt.Fprintln(p.out, "Interrupted. What was begun is finished; run the same command again for the rest.")
	case result.Stopped != "":
		fmt.Fprintf(p.out, "Stopped: %s. Run the same command again for the rest.\n", plan.Visible(result.Stopped))
	case result.Counts[apply.Drifted] > 0:
		fmt.Fprintln(p.out, "Accounts that drifted were left alone; make a new plan for them.")
	case result.MayPass():
		fmt.Fprintln(p.out, "Run the same command again to try what failed once more, or make a new plan.")
	case result.Counts[apply.Failed] > 0:
		fmt.Fprintln(p.out, "What failed would fail again: settle what is said above, then make a new plan.")
	}
}

func statusWords(status apply.Status) string {
	switch status {
	case apply.Done:
		return "done"
	case apply.Already:
		return "already done"
	case apply.Pending:
		return "to do"
	case apply.NotAttempted:
		return "not attempted"
	case apply.HeldBack:
		return "held back"
	}
	return string(status)
}
