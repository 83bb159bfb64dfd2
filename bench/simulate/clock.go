package main

import (
	"container/heap"
	"time"
)

// A clock is the time of a simulation, and what happens in it.
type clock struct {
	now    time.Duration
	events agenda
	made   int // events so far: those of one instant happen in the order in which they were made
}

type event struct {
	at     time.Duration
	number int
	do     func()
}

// An agenda is a heap of events: the next one first.
type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].number < a[j].number
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) } //nolint:errcheck,forcetypeassert // see after
func (a *agenda) Pop() any {
	last := len(*a) - 1
	e := (*a)[last]
	(*a)[last] = event{} // so that what it holds can be collected
	*a = (*a)[:last]
	return e
}

// after has something happen.
func (c *clock) after(d time.Duration, do func()) {
	c.made++
	heap.Push(&c.events, event{c.now + d, c.made, do})
}

// run lets everything happen, until nothing is left.
func (c *clock) run() {
	for len(c.events) > 0 {
		e := heap.Pop(&c.events).(event) //nolint:errcheck,forcetypeassert // see Push
		c.now = e.at
		e.do()
	}
}

// slice is how long a piece of work has a processor before others get it.
const slice = time.Millisecond

// Processors do their tasks in turns.
type processors struct {
	clock *clock
	idle  int
	queue []task
}

type task struct {
	left time.Duration
	done func()
}

func (p *processors) start() {
	for p.idle > 0 && len(p.queue) > 0 {
		t := p.queue[0]
		p.queue = p.queue[1:]
		p.idle--
		turn := min(t.left, slice)
		p.clock.after(turn, func() {
			p.idle++
			if t.left -= turn; t.left > 0 {
				p.queue = append(p.queue, t)
			} else {
				t.done()
			}
			p.start()
		})
	}
}

// A machine uses processors, perhaps beside others, and counts what it uses.
type machine struct {
	*processors
	spent time.Duration
}

// work takes processor time, and then does something.
func (m *machine) work(d time.Duration, done func()) {
	m.spent += d
	m.queue = append(m.queue, task{d, done})
	m.start()
}

// A disk does one thing after another, each for the same time.
type disk struct {
	clock *clock
	each  time.Duration
	free  time.Duration // when it is
}

func (d *disk) sync(done func()) {
	d.free = max(d.free, d.clock.now) + d.each
	d.clock.after(d.free-d.clock.now, done)
}
