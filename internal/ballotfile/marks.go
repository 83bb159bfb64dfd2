package ballotfile

import (
	"regexp"
	"strings"
	"unicode"
)

// A mark is what a voting machine, a form or a person writes where no one option is ranked.
type mark int

const (
	noMark    mark = iota
	emptyMark      // nothing is ranked here
	overMark       // several options are
	badMark        // whatever it was, it is not an option
)

// maxMark bounds the bytes of a mark: what is longer is an option.
const maxMark = 60

// markOf returns the mark that a cell is. Only the whole cell decides: "Blank Space" is an
// option. What machines write, and means one thing only, is read; other words for nothing are
// bad marks, since some of them are names of options too.
func markOf(cell string) mark {
	if len(cell) > maxMark || strings.HasPrefix(cell, "'") || cell != strings.TrimSpace(cell) || strings.ContainsAny(cell, ",;|\t\r\n=+@\"") {
		return noMark // and no formula begins within a mark
	}
	text := plainText(cell)
	word := strings.Map(letters, text)
	switch word {
	case "undervote", "undervotes", "undervoted", "skipped", "skippedrank", "skippedranking", "blank", "blankvote", "novote",
		"noselection", "unranked", "notranked":
		return emptyMark
	case "overvote", "overvotes", "overvoted":
		return overMark
	}
	numbered := strings.ContainsFunc(cell, unicode.IsDigit)
	if nothing.MatchString(text) || isTotal(cell) || !numbered && (noOption[word] || noOptionIn.MatchString(wordsOf(text))) {
		return badMark
	}
	return noMark
}

// wordsOf returns the words of a text with one blank between them.
func wordsOf(text string) string {
	text = strings.NewReplacer("'", "", "’", "").Replace(text)
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }), " ")
}

// nothing is what people, programs and the errors of spreadsheets have instead of an option: a
// dash, "n/a", 0, "#REF!".
var nothing = regexp.MustCompile(`^(?:[-–—−_.*?/#…·•~!¿×✓✔✗✘☑☒]+|0+(?:\.0+)?|#?n/?a|#nv|nan|null|nil|ov|uv|[(-]?none[)-]?|#[\pL0-9/]+[!?])$`)

const markNouns = `votes?|voted|voters?|voting|ballots?|papers?|marks?|marked|ranks?|ranked|rankings?|cells?|choices?|chosen|preferences?|prefs?|preferred|` +
	`candidates?|options?|selections?|selected|entry|entries|entered|responses?|answers?|answered|values?|data`

// noOptionIn is "no preference", "did not vote", "no second choice given", or "blank ballot",
// "spoiled", "duplicate ranking", "left empty".
var noOptionIn = regexp.MustCompile(`^(?:(?:there (?:is|was) )?(?:no|non|not|none|nothing|without|(?:did|was|were|has|have|is|are) ?not|(?:did|was|were|has|have|is|are)nt) ` +
	`(?:(?:an?|any|yet|valid|further|more|other|additional|second|third|next|been) )*` +
	`(?:` + markNouns + `|vote|mark|rank|select|choose|answer|respond|responded|ratings?|rated|opinions?|given|made|specified|provided|applicable|available|` +
	`cast|filled|used|counted|valid|eligible|recorded|returned|shown|displayed|seen|asked|participate|participated|completed?|submitted)` +
	`(?: (?:was|is|were|been|made|given|marked|cast|selected|chosen|recorded|expressed|provided|available|here|left|in))*|` +
	`(?:(?:was |intentionally )*(?:left|leave) )?(?:blanks?|empty|spoil(?:ed|t)|invalid|void(?:ed)?|rejected|null|exhausted|over|under|double|doubled|` +
	`multiple|too many|duplicated?|repeat(?:ed)?|skip(?:s|ped|ping)?|un ?marked|uncast|unvoted|illegible|ambiguous|uncertain|unreadable|unclear|` +
	`disqualified|cancell?ed|missing|abstain(?:ed|ing|s)?|pass(?:ed)?|errors?)(?: ?(?:` + markNouns + `))?)$`)

// noOption has the words, in letters alone, that stand for nothing in other languages, and in
// English those that are not two words put together.
var noOption = func() map[string]bool {
	all := make(map[string]bool)
	for _, words := range []string{
		// English
		`abstention, abstentions, nothing, true, false, dup, unknown, undecided, unsure, undefined, unspecified, unassigned, unanswered, unresolved, ` +
			`don't know, do not know, prefer not to say, refused, declined, deleted, removed, withdrawn, disputed, tbd, tba`,
		// German
		`leer, leerstimme, leere Stimme, leerer Stimmzettel, ungültig, ungueltig, ungültige Stimme, ungültiger Stimmzettel, ungültige, Enthaltung, Enthaltungen, enthalten, ` +
			`Stimmenthaltung, k. A., keine Angabe, keine Angaben, keine Antwort, keine Auswahl, keine Stimme, keine Präferenz, keine Wahl, keine, keiner, keines, nichts, ` +
			`nicht gewählt, nicht abgegeben, nicht gestimmt, nicht teilgenommen, nicht beantwortet, nicht ausgefüllt, nicht gerankt, ohne Angabe, ohne Antwort, übersprungen, ` +
			`doppelt, fehlt, entfällt, unbekannt, unleserlich, verworfen, nichtig, wahr, falsch, unentschieden, weiß nicht`,
		// French
		`blanc, blancs, vote blanc, votes blancs, bulletin blanc, nul, nuls, nulle, vote nul, bulletin nul, abstentions, absent, sans réponse, sans préférence, sans choix, sans avis, ` +
			`aucun, aucune, aucun choix, aucune préférence, aucun vote, aucune réponse, pas de réponse, pas de vote, pas de choix, n'a pas voté, non voté, non renseigné, non exprimé, ` +
			`non classé, vide, invalide, annulé, rejeté, sans objet, vrai, faux, illisible, inconnu, ne se prononce pas, NSPP, ne sait pas`,
		// Spanish
		`blanco, en blanco, voto en blanco, votos en blanco, papeleta en blanco, nulo, nula, nulos, voto nulo, votos nulos, papeleta nula, abstención, abstenciones, se abstiene, ` +
			`sin voto, sin respuesta, sin marca, sin preferencia, sin elección, sin opinión, sin datos, ninguno, ninguna, nada, no aplica, no votó, no contesta, no sabe, ns/nc, n/c, ` +
			`no responde, no marcado, vacío, vacía, inválido, inválida, anulado, anulada, rechazado, verdadero, falso, desconocido`,
		// Portuguese
		`branco, em branco, voto branco, voto em branco, votos em branco, voto nulo, abstenção, abstenções, sem voto, sem resposta, sem preferência, sem escolha, nenhum, nenhuma, ` +
			`não votou, não respondeu, não se aplica, vazio, vazia, rejeitado, verdadeiro, desconhecido`,
		// Italian
		`bianco, in bianco, scheda bianca, schede bianche, voto bianco, nullo, nulli, scheda nulla, schede nulle, voto nullo, astenuto, astenuta, astenuti, si astiene, astensione, astensioni, ` +
			`nessuno, nessuna, nessun voto, nessuna scelta, nessuna preferenza, nessuna risposta, senza risposta, senza voto, non votato, non ha votato, non espresso, vuoto, vuota, non valido, ` +
			`non valida, annullato, annullata, non pervenuto, vero, niente`,
		// Dutch
		`blanco stem, blanco stembiljet, leeg, ongeldig, ongeldige stem, onthouding, onthoudingen, onthouden, geen, geen stem, geen keuze, geen voorkeur, geen antwoord, niets, niet gestemd, ` +
			`niet ingevuld, niet beantwoord, n.v.t., overgeslagen, onbekend, waar, onwaar`,
		// Swedish, Norwegian, Danish, Finnish, Icelandic
		`blank röst, blanka, blank stemme, blankt, ogiltig, ogiltig röst, ugyldig, ugyldige, ugyldig stemme, avstår, avstod, avholdende, avholder, ingen, inget, ingen röst, ingen stemme, ` +
			`inget svar, intet svar, ikke svar, ikke stemt, ej röstat, ej svar, ej ifyllt, tomt, hverken, overspringet, ved ikke, vet ej, tyhjä, tyhjä ääni, hylätty, ei ääntä, ei vastausta, ei mitään, ` +
			`auður, ógildur`,
		// Polish, Czech, Slovak, Hungarian, Romanian, Croatian
		`pusty, pusta, puste, nieważny, nieważna, nieważne, głos nieważny, wstrzymał się, wstrzymała się, wstrzymuję się, brak, brak głosu, brak odpowiedzi, brak wyboru, nie dotyczy, ` +
			`prázdný, prázdné, prázdny, neplatný, neplatné, zdržel se, zdržuji se, bez odpovědi, nehlasoval, nic, üres, érvénytelen, tartózkodott, tartózkodom, nincs, nincs válasz, ` +
			`abținere, abțineri, gol, niciunul, fără răspuns, nevažeći, suzdržan, prazno`,
		// Catalan, Basque, Galician, Welsh, Irish, Turkish, Greek
		`en blanc, vot en blanc, vot nul, abstenció, cap, zuria, baliogabea, abstentzioa, en branco, gwag, folamh, boş, boş oy, geçersiz, çekimser, yok, oy yok, λευκό, λευκά, άκυρο, άκυρα, αποχή, κενό, κανένα`,
		// Russian, Ukrainian, Bulgarian, Serbian
		`пусто, пустой, недействителен, недействителен бюллетень, недействительный, недействительно, испорчен, воздержался, воздержалась, воздержались, воздерживаюсь, нет, нет ответа, ` +
			`не голосовал, пропуск, пропущено, недійсний, утримався, невалиден, невалидна, празна, въздържал се, неважећи, празан`,
		// Chinese, Japanese, Korean, Vietnamese, Indonesian, Thai
		`空白, 白票, 空, 无, 無, 弃权, 棄權, 无效, 無效, 废票, 廢票, 未投票, 未选, 未選, 無効, 無効票, 棄権, 未記入, 未回答, 無回答, なし, 無し, 無投票, 기권, 무효, 무효표, 백지, 백지투표, 없음, 무응답, 해당없음, ` +
			`trống, phiếu trắng, không hợp lệ, kosong, tidak sah, golput, suara tidak sah, tidak ada, abstain, ไม่มี, งดออกเสียง, บัตรเสีย, ว่าง`,
		// Arabic, Persian, Hebrew, Hindi
		`فارغ, فارغة, باطل, باطلة, ملغاة, لاغي, ورقة بيضاء, امتناع, ممتنع, لا شيء, بدون, لا يوجد, خالی, سفید, رأی سفید, باطله, هیچ, ריק, פסול, פסולה, נמנע, פתק לבן, אין, खाली, रिक्त, अमान्य`,
	} {
		for word := range strings.SplitSeq(words, ",") {
			all[strings.Map(letters, plainText(word))] = true
		}
	}
	return all
}()

// isTotal reports whether a cell says that the others of its row are totals or results: "Total",
// "Summe:", "Total ballots: 300".
func isTotal(cell string) bool {
	text := plainText(cell)
	return totals.MatchString(text) || results.MatchString(text)
}

// results is what begins a row below the ballots that says what came of them.
var results = regexp.MustCompile(`^(?:winners?|results?|turnout|quota|threshold|gewinner(?:in)?|sieger(?:in)?|ergebnis|ganador[ae]?s?|resultados?|gagnante?s?|resultats?|` +
	`vincitore|vincitrice|risultat[oi]|winnaar|uitslag)(?: *[:=].*)?$`)

// totals is what spreadsheets have in front of totals, in the languages of [ordinals].
var totals = regexp.MustCompile(`^(?:(?:grand|sub)[ -]?totals?|totals?|totale|totaal|totalt|sums?|summe|summa|somme|suma|somma|soma|gesamt(?:summe|zahl)?|insgesamt|` +
	`counts?|anzahl|nombre|numero|cantidad|quantidade|conteggio|aantal|antal|percent(?:age)?s?|prozent|pourcentages?|porcentajes?|percentual[ei]?|` +
	`zusammen|average|mean|median|mittelwert|durchschnitt|moyenne|promedio|media|gemiddelde)` +
	`(?: (?:of )?(?:all )?(?:the )?(?:ballots?|votes?|voters?|responses?|rows?|counts?|stimmen|stimmzettel|votos|votes|bulletins|voti|stemmen))?[ :=]*[0-9.,]*$`)

// letters keeps the letters of a text.
func letters(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}
