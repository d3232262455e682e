package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"sort"
	"strconv"
	"time"

	"github.com/go-kit/log"
	"gopkg.in/yaml.v2"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"
)

// What Prometheus has without flags.
const (
	defaultLookback   = 5 * time.Minute
	defaultSubquery   = time.Minute
	defaultResend     = time.Minute
	outageTolerance   = time.Hour
	forGracePeriod    = 10 * time.Minute
	evaluationTimeout = 2 * time.Minute
	maxSamples        = 50_000_000
)

// server is one Prometheus: a storage, an engine, and the groups that were loaded.
type server struct {
	storage        *memory
	engine         *promql.Engine
	asked          request // the last reset
	lookback       time.Duration
	groups         map[string]*group
	sent           []sentAlert
	externalLabels labels.Labels
	externalURL    *url.URL
	known          map[int64]labels.Labels
}

// group counts its evaluations after a start: with the second one Prometheus restores the state of `for`.
type group struct {
	*rules.Group
	evaluations int
	restores    bool
}

type sentAlert struct {
	Labels      labels.Labels `json:"labels"`
	Annotations labels.Labels `json:"annotations"`
	StartsAt    int64         `json:"starts_at"`
	EndsAt      int64         `json:"ends_at"`
	Resolved    bool          `json:"resolved"`
	Expr        string        `json:"expr"`
}

func milliseconds(asked int64, otherwise time.Duration) time.Duration {
	if asked == 0 {
		return otherwise
	}
	return time.Duration(asked) * time.Millisecond
}

func (s *server) reset(asked *request) (any, error) {
	external, err := url.Parse(asked.ExternalURL)
	if err != nil {
		return nil, err
	}
	parser.EnableExperimentalFunctions = false
	options := promql.EngineOpts{
		Logger: log.NewNopLogger(), MaxSamples: maxSamples, Timeout: evaluationTimeout,
		LookbackDelta:        milliseconds(asked.LookbackMs, defaultLookback),
		EnableAtModifier:     true,
		EnableNegativeOffset: true,
	}
	subquery := milliseconds(asked.SubqueryMs, defaultSubquery).Milliseconds()
	options.NoStepSubqueryIntervalFn = func(int64) int64 { return subquery }
	for _, feature := range asked.Features {
		switch feature {
		case "promql-experimental-functions":
			parser.EnableExperimentalFunctions = true
		case "promql-per-step-stats":
			options.EnablePerStepStats = true
		case "promql-delayed-name-removal":
			options.EnableDelayedNameRemoval = true
		}
	}
	*s = server{
		storage: newMemory(), engine: promql.NewEngine(options), asked: *asked, lookback: options.LookbackDelta,
		groups: map[string]*group{}, externalLabels: labels.FromMap(asked.ExternalLabels), externalURL: external,
		known: map[int64]labels.Labels{},
	}
	return map[string]bool{"ok": true}, nil
}

// textLoader gives a manager one rule file that is a text.
type textLoader struct{ text string }

func (t textLoader) Load(string) (*rulefmt.RuleGroups, []error) { return rulefmt.Parse([]byte(t.text)) }
func (t textLoader) Parse(query string) (parser.Expr, error)    { return parser.ParseExpr(query) }

// load replaces all groups. After a restart the alerts are forgotten but for what `for` can be restored of.
func (s *server) load(asked *request) (any, error) {
	options := &rules.ManagerOptions{
		ExternalURL: s.externalURL,
		QueryFunc:   rules.EngineQueryFunc(s.engine, s.storage),
		NotifyFunc:  s.notify,
		Context:     context.Background(),
		Appendable:  s.storage, Queryable: s.storage, Logger: log.NewNopLogger(),
		OutageTolerance: outageTolerance, ForGracePeriod: forGracePeriod,
		ResendDelay: milliseconds(s.asked.ResendMs, defaultResend),
		GroupLoader: textLoader{asked.Rules},
	}
	manager := rules.NewManager(options)
	interval := milliseconds(asked.IntervalMs, time.Minute)
	loaded, errs := manager.LoadGroups(interval, s.externalLabels, s.asked.ExternalURL, nil, "rules")
	if len(errs) > 0 {
		return nil, errs[0]
	}
	s.groups = map[string]*group{}
	names := []string{}
	for _, one := range loaded {
		s.groups[one.Name()] = &group{Group: one, restores: asked.Restart}
		names = append(names, one.Name())
		for _, rule := range one.AlertingRules() {
			rule.SetRestored(!asked.Restart)
		}
	}
	sort.Strings(names)
	return map[string][]string{"groups": names}, nil
}

func (s *server) notify(_ context.Context, expr string, alerts ...*rules.Alert) {
	for _, alert := range alerts {
		ends, resolved := alert.ValidUntil, false
		if !alert.ResolvedAt.IsZero() {
			ends, resolved = alert.ResolvedAt, true
		}
		s.sent = append(s.sent, sentAlert{
			alert.Labels, alert.Annotations, moment(alert.FiredAt), moment(ends), resolved, expr,
		})
	}
}

func moment(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return timestamp.FromTime(t)
}

// sample is `[series, time, value]`; the value a number or a text.
type sample struct {
	series, time int64
	value        float64
}

func (x *sample) UnmarshalJSON(data []byte) error {
	var parts [3]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	for i, into := range []*int64{&x.series, &x.time} {
		if err := json.Unmarshal(parts[i], into); err != nil {
			return err
		}
	}
	if json.Unmarshal(parts[2], &x.value) == nil {
		return nil
	}
	var text string
	if err := json.Unmarshal(parts[2], &text); err != nil {
		return err
	}
	if text == "stale" {
		x.value = math.Float64frombits(value.StaleNaN)
		return nil
	}
	found, err := strconv.ParseFloat(text, 64)
	x.value = found
	return err
}

func (s *server) append(asked *request) (any, error) {
	for number, l := range asked.Series {
		s.known[number] = labels.FromMap(l)
	}
	for _, one := range asked.Samples {
		l, known := s.known[one.series]
		if !known {
			return nil, fmt.Errorf("series %d was never named", one.series)
		}
		if err := s.storage.series(l).add(point{t: one.time, v: one.value}); err != nil {
			return nil, fmt.Errorf("%s at %d: %w", l, one.time, err)
		}
	}
	return map[string]int{"appended": len(asked.Samples)}, nil
}

// notation appends a series as promtool writes it, first sample at `at`, one each `interval`.
func (s *server) notation(asked *request) (any, error) {
	metric, values, err := parser.ParseSeriesDesc(asked.Notation)
	if err != nil {
		return nil, err
	}
	into := s.storage.series(metric)
	for i, one := range values {
		if one.Omitted {
			continue
		}
		p := point{t: asked.At + int64(i)*asked.IntervalMs, v: one.Value, fh: one.Histogram}
		if err := into.add(p); err != nil {
			return nil, err
		}
	}
	return map[string]int{"samples": len(values)}, nil
}

// parse reads a series in promtool's notation, a bare metric too, and appends nothing.
func (s *server) parse(asked *request) (any, error) {
	if asked.Notation == "" {
		metric, err := parser.ParseMetric(asked.Expr)
		return map[string]any{"labels": metric}, err
	}
	metric, values, err := parser.ParseSeriesDesc(asked.Notation)
	if err != nil {
		return nil, err
	}
	texts := make([]any, len(values))
	for i, one := range values {
		switch {
		case one.Omitted:
		case one.Histogram != nil:
			texts[i] = promqltest.HistogramTestExpression(one.Histogram)
		default:
			texts[i] = text(one.Value)
		}
	}
	return map[string]any{"labels": metric, "values": texts}, nil
}

func text(v float64) string {
	if value.IsStaleNaN(v) {
		return "stale"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

type ruleState struct {
	Name   string       `json:"name"`
	Alerts []alertState `json:"alerts,omitempty"`
	Error  string       `json:"error,omitempty"`
}

type alertState struct {
	Labels      labels.Labels `json:"labels"`
	Annotations labels.Labels `json:"annotations"`
	State       string        `json:"state"`
	Value       string        `json:"value"`
	ActiveAt    int64         `json:"active_at"`
	FiredAt     int64         `json:"fired_at"`
}

type groupState struct {
	Name  string      `json:"name"`
	Rules []ruleState `json:"rules"`
}

// eval stores samples, evaluates groups in the order given, at one moment, and tells their alerts and what would be sent.
func (s *server) eval(asked *request) (any, error) {
	if _, err := s.append(asked); err != nil {
		return nil, err
	}
	at := timestamp.Time(asked.At)
	s.sent = []sentAlert{}
	states := []groupState{}
	for _, name := range asked.Groups {
		one, known := s.groups[name]
		if !known {
			return nil, fmt.Errorf("no group is named %q", name)
		}
		one.Eval(context.Background(), at)
		one.evaluations++
		if one.restores && one.evaluations == 2 {
			one.RestoreForState(at)
			one.restores = false
		}
		states = append(states, groupState{name, ruleStates(one.Group)})
	}
	return map[string]any{"groups": states, "sent": s.sent}, nil
}

func ruleStates(one *rules.Group) []ruleState {
	found := []ruleState{}
	for _, rule := range one.Rules() {
		state := ruleState{Name: rule.Name()}
		if err := rule.LastError(); err != nil {
			state.Error = err.Error()
		}
		if alerting, ok := rule.(*rules.AlertingRule); ok {
			for _, alert := range alerting.ActiveAlerts() {
				state.Alerts = append(state.Alerts, alertState{
					alert.Labels, alert.Annotations, alert.State.String(), text(alert.Value),
					moment(alert.ActiveAt), moment(alert.FiredAt),
				})
			}
			sort.Slice(state.Alerts, func(i, j int) bool {
				return labels.Compare(state.Alerts[i].Labels, state.Alerts[j].Labels) < 0
			})
		}
		found = append(found, state)
	}
	return found
}

type element struct {
	Labels labels.Labels `json:"labels"`
	Points [][2]string   `json:"points"`
}

func shown(f float64, h *histogram.FloatHistogram) string {
	if h != nil {
		return promqltest.HistogramTestExpression(h)
	}
	return text(f)
}

func (s *server) query(asked *request) (any, error) {
	made, err := s.engine.NewInstantQuery(context.Background(), s.storage, nil, asked.Expr, timestamp.Time(asked.At))
	if err != nil {
		return nil, err
	}
	return run(made)
}

func (s *server) queryRange(asked *request) (any, error) {
	made, err := s.engine.NewRangeQuery(
		context.Background(), s.storage, nil, asked.Expr,
		timestamp.Time(asked.At), timestamp.Time(asked.Until), milliseconds(asked.StepMs, time.Minute),
	)
	if err != nil {
		return nil, err
	}
	return run(made)
}

func run(made promql.Query) (any, error) {
	defer made.Close()
	done := made.Exec(context.Background())
	if done.Err != nil {
		return nil, done.Err
	}
	found := []element{}
	at := func(t int64) string { return strconv.FormatInt(t, 10) }
	switch result := done.Value.(type) {
	case promql.Vector:
		for _, one := range result {
			found = append(found, element{one.Metric, [][2]string{{at(one.T), shown(one.F, one.H)}}})
		}
	case promql.Scalar:
		found = append(found, element{labels.EmptyLabels(), [][2]string{{at(result.T), text(result.V)}}})
	case promql.String:
		found = append(found, element{labels.EmptyLabels(), [][2]string{{at(result.T), result.V}}})
	case promql.Matrix:
		for _, one := range result {
			points := [][2]string{}
			for _, p := range one.Floats {
				points = append(points, [2]string{at(p.T), text(p.F)})
			}
			for _, p := range one.Histograms {
				points = append(points, [2]string{at(p.T), shown(0, p.H)})
			}
			found = append(found, element{one.Metric, points})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return labels.Compare(found[i].Labels, found[j].Labels) < 0 })
	return map[string]any{"type": string(done.Value.Type()), "result": found}, nil
}

// stored gives the raw samples of a selector, stale markers included.
func (s *server) stored(asked *request) (any, error) {
	matchers, err := parser.ParseMetricSelector(asked.Expr)
	if err != nil {
		return nil, err
	}
	found := []element{}
	var all storage.Querier = &querier{s.storage, math.MinInt64, math.MaxInt64}
	for _, one := range all.(*querier).selected(matchers) {
		points := [][2]string{}
		for _, p := range one.points {
			points = append(points, [2]string{strconv.FormatInt(p.T(), 10), shown(p.F(), p.FH())})
		}
		found = append(found, element{one.labels, points})
	}
	return map[string]any{"result": found}, nil
}

// relabel runs relabelling steps on one set of labels; without `labels` in the answer the series is dropped.
func (s *server) relabel(asked *request) (any, error) {
	var steps []*relabel.Config
	if err := yaml.UnmarshalStrict([]byte(asked.Steps), &steps); err != nil {
		return nil, err
	}
	found, keep := relabel.Process(labels.FromMap(asked.Labels), steps...)
	if !keep {
		return map[string]any{}, nil
	}
	return map[string]any{"labels": found}, nil
}
