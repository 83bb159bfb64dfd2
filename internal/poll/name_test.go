package poll_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestNamesSayNoRole(t *testing.T) {
	for raw, want := range map[string]string{
		"Ann (admin)": "Ann", "Ann (ADMIN)": "Ann", "(host) Ann": "Ann", "Ann [Admin]": "Ann", "Ann （admin）": "Ann", "Ann ( admin )": "Ann",
		"Ann (аdmin)": "Ann", "Ann (adm1n)": "Ann", "Ann (Gastgeber)": "Ann", "Ann (du)": "Ann", "Ann (المضيف)": "Ann", "Ann ((admin))": "Ann",
		"Ann (HR)": "Ann (HR)", "Ann :(": "Ann :(", "Admin": "Admin", "A (b) c": "A (b) c",
	} {
		name, err := poll.ParseName(raw)
		if err != nil || name.Text != want {
			t.Errorf("%q is %q, %v; want %q", raw, name.Text, err, want)
		}
	}
	for _, raw := range []string{"", " ", "(admin)", "(you) [host]"} {
		if name, err := poll.ParseName(raw); err == nil {
			t.Errorf("%q is %q", raw, name.Text)
		}
	}
}

func TestNamesThatLookTheSameHaveOneKey(t *testing.T) {
	for a, b := range map[string]string{
		"Ann": "ANN", "Anna": "Аnnа", "Zoë": "Zoe", "Ivan": "lvan", "Bob": "B0b", "Max": "Мах", "Nora": "Νora", "Tom": "𝐓𝐨𝐦", "Kim": "Kim",
		"Ann Lee": "Ann  Lee", "Emma": "Ernrna", "Ann 10": "Ann l0",
	} {
		x, err1 := poll.ParseName(a)
		y, err2 := poll.ParseName(b)
		if err1 != nil || err2 != nil || x.Key != y.Key {
			t.Errorf("%q and %q have the keys %q and %q", a, b, x.Key, y.Key)
		}
	}
	for a, b := range map[string]string{"Ann": "Anne", "Tom": "Tim", "Иван": "Игорь", "李": "王"} {
		x, _ := poll.ParseName(a)
		y, _ := poll.ParseName(b)
		if x.Key == y.Key {
			t.Errorf("%q and %q are one", a, b)
		}
	}
}

// Whatever people call themselves, no two names in a room look the same.
func TestNamesAreDistinct(t *testing.T) {
	tb := open(t, today)
	var names []string
	for i, raw := range []string{"Ann", "ann", "Аnn", "Ann 2", "Ann", "Ann (admin)", "Ann", "Ann", "Ann", "Ann", "Ann 10"} {
		name, err := poll.ParseName(raw)
		if err != nil {
			t.Fatal(err)
		}
		id := poll.UserID(fmt.Sprint("user", i))
		tb.do(id, poll.Join{Name: name})
		me, _ := tb.Me(id)
		names = append(names, me.Name)
	}
	want := []string{"Ann", "ann 2", "Аnn 3", "Ann 2 2", "Ann 4", "Ann 5", "Ann 6", "Ann 7", "Ann 8", "Ann 9", "Ann 10"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	tb.do("user1", poll.Leave{})
	other, err := poll.ParseName("Other")
	if err != nil {
		t.Fatal(err)
	}
	tb.do("user1", poll.Join{Name: other})
	if me, _ := tb.Me("user1"); me.Name != "ann 2" {
		t.Errorf("back as %q", me.Name)
	}
	tb.mustLast()
}

func TestManyNamesakes(t *testing.T) {
	tb := open(t, today)
	for i := range 3000 {
		tb.do(poll.UserID(fmt.Sprint("user", i)), poll.Join{Name: poll.Text{Text: "Guest", Key: "guest"}})
	}
	if me, _ := tb.Me("user2999"); me.Name != "Guest 3000" {
		t.Errorf("the last one is %q", me.Name)
	}
}
