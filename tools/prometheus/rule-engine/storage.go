package main

import (
	"context"
	"math"
	"sort"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/metadata"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// point is one sample; fh is nil for a plain number.
type point struct {
	t  int64
	v  float64
	fh *histogram.FloatHistogram
}

func (p point) T() int64                      { return p.t }
func (p point) F() float64                    { return p.v }
func (p point) H() *histogram.Histogram       { return nil }
func (p point) FH() *histogram.FloatHistogram { return p.fh }
func (p point) Copy() chunks.Sample           { return point{p.t, p.v, p.fh.Copy()} }
func (p point) Type() chunkenc.ValueType {
	if p.fh != nil {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValFloat
}

type memorySeries struct {
	labels labels.Labels
	points []chunks.Sample
}

// memory keeps every sample in order, as Prometheus's head block does: what comes late is refused.
type memory struct {
	byHash map[uint64][]*memorySeries
	byName map[string][]*memorySeries
}

func newMemory() *memory {
	return &memory{map[uint64][]*memorySeries{}, map[string][]*memorySeries{}}
}

func (m *memory) series(l labels.Labels) *memorySeries {
	hash := l.Hash()
	for _, found := range m.byHash[hash] {
		if labels.Equal(found.labels, l) {
			return found
		}
	}
	made := &memorySeries{labels: l.Copy()}
	m.byHash[hash] = append(m.byHash[hash], made)
	name := l.Get(labels.MetricName)
	m.byName[name] = append(m.byName[name], made)
	return made
}

func (s *memorySeries) add(p point) error {
	if n := len(s.points); n > 0 {
		last := s.points[n-1]
		if p.t < last.T() {
			return storage.ErrOutOfOrderSample
		}
		if p.t == last.T() {
			if p.fh == nil && last.FH() == nil && math.Float64bits(p.v) == math.Float64bits(last.F()) {
				return nil
			}
			return storage.ErrDuplicateSampleForTimestamp
		}
	}
	s.points = append(s.points, p)
	return nil
}

// appender of a rule group; what it takes is stored at once, for a group commits what it appended.
type appender struct{ memory *memory }

func (m *memory) Appender(context.Context) storage.Appender { return appender{m} }

func (a appender) Append(_ storage.SeriesRef, l labels.Labels, t int64, v float64) (storage.SeriesRef, error) {
	return 0, a.memory.series(l).add(point{t: t, v: v})
}

func (a appender) AppendHistogram(_ storage.SeriesRef, l labels.Labels, t int64, h *histogram.Histogram, fh *histogram.FloatHistogram) (storage.SeriesRef, error) {
	if fh == nil {
		fh = h.ToFloat(nil)
	}
	return 0, a.memory.series(l).add(point{t: t, fh: fh.Copy()})
}

func (a appender) Commit() error   { return nil }
func (a appender) Rollback() error { return nil }
func (a appender) AppendExemplar(storage.SeriesRef, labels.Labels, exemplar.Exemplar) (storage.SeriesRef, error) {
	return 0, nil
}
func (a appender) UpdateMetadata(storage.SeriesRef, labels.Labels, metadata.Metadata) (storage.SeriesRef, error) {
	return 0, nil
}
func (a appender) AppendCTZeroSample(storage.SeriesRef, labels.Labels, int64, int64) (storage.SeriesRef, error) {
	return 0, nil
}

type querier struct {
	memory     *memory
	mint, maxt int64
}

func (m *memory) Querier(mint, maxt int64) (storage.Querier, error) {
	return &querier{m, mint, maxt}, nil
}

func (q *querier) candidates(matchers []*labels.Matcher) []*memorySeries {
	for _, matcher := range matchers {
		if matcher.Name == labels.MetricName && matcher.Type == labels.MatchEqual {
			return q.memory.byName[matcher.Value]
		}
	}
	var all []*memorySeries
	for _, found := range q.memory.byName {
		all = append(all, found...)
	}
	return all
}

func matchesAll(l labels.Labels, matchers []*labels.Matcher) bool {
	for _, matcher := range matchers {
		if !matcher.Matches(l.Get(matcher.Name)) {
			return false
		}
	}
	return true
}

func (q *querier) selected(matchers []*labels.Matcher) []*memorySeries {
	var found []*memorySeries
	for _, candidate := range q.candidates(matchers) {
		if matchesAll(candidate.labels, matchers) {
			found = append(found, candidate)
		}
	}
	sort.Slice(found, func(i, j int) bool { return labels.Compare(found[i].labels, found[j].labels) < 0 })
	return found
}

func (s *memorySeries) between(mint, maxt int64) []chunks.Sample {
	first := sort.Search(len(s.points), func(i int) bool { return s.points[i].T() >= mint })
	last := sort.Search(len(s.points), func(i int) bool { return s.points[i].T() > maxt })
	return s.points[first:last]
}

func (q *querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	var found []storage.Series
	for _, one := range q.selected(matchers) {
		if points := one.between(q.mint, q.maxt); len(points) > 0 {
			found = append(found, storage.NewListSeries(one.labels, points))
		}
	}
	return &seriesSet{found, -1}
}

func (q *querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}
func (q *querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}
func (q *querier) Close() error { return nil }

type seriesSet struct {
	series []storage.Series
	at     int
}

func (s *seriesSet) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.at] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }
