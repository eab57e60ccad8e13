package oracletest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Counts of the sign-in's key derivations: the lowest that a client takes.
const (
	verifierRounds = 4096
	sessionRounds  = 3
)

// verifier is what a server stores for a user's password (12c), and the keys
// that one sign-in derives from it.
type verifier struct {
	salt, sessionSalt []byte
	key               []byte // of 32 bytes, encrypts the session keys
	serverKey         []byte
}

func newVerifier(password string) *verifier {
	v := &verifier{salt: random(16), sessionSalt: random(16), serverKey: random(32)}
	stretched, err := pbkdf2.Key(sha512.New, password, append(slices.Clone(v.salt), "AUTH_PBKDF2_SPEEDY_KEY"...), verifierRounds, 64)
	check(err)
	sum := sha512.Sum512(append(stretched, v.salt...))
	v.key = sum[:32]
	return v
}

// prove checks the client's proof that it knows the password, and returns the
// key that both sides share from here on.
func (v *verifier) prove(proof map[string]string, password string) (shared []byte, ok bool) {
	clientKey, err1 := hex.DecodeString(proof["AUTH_SESSKEY"])
	encrypted, err2 := hex.DecodeString(proof["AUTH_PASSWORD"])
	if err1 != nil || err2 != nil || len(clientKey) != 32 || len(encrypted) < 32 || len(encrypted)%16 != 0 {
		return nil, false
	}
	shared, err := pbkdf2.Key(sha512.New, upperHex(decrypt(v.key, clientKey))+upperHex(v.serverKey), v.sessionSalt, sessionRounds, 32)
	check(err)
	plain := decrypt(shared, encrypted)
	padding := int(plain[len(plain)-1])
	return shared, 1 <= padding && padding <= aes.BlockSize && string(plain[16:len(plain)-padding]) == password
}

// signIn asks for the user and the proof of the password, and proves in turn
// that the server knows it. ok is false when the client was turned away.
func (s *session) signIn() (ok bool) {
	user, _ := s.signInMessage(0x76)
	v := newVerifier(s.database.Password)
	s.out.put(messageParameters)
	s.out.number(6)
	s.out.pair("AUTH_SESSKEY", upperHex(encrypt(v.key, v.serverKey)), 0)
	s.out.pair("AUTH_VFR_DATA", upperHex(v.salt), 18453)
	s.out.pair("AUTH_PBKDF2_CSK_SALT", upperHex(v.sessionSalt), 0)
	s.out.pair("AUTH_PBKDF2_VGEN_COUNT", strconv.Itoa(verifierRounds), 0)
	s.out.pair("AUTH_PBKDF2_SDER_COUNT", strconv.Itoa(sessionRounds), 0)
	s.out.pair("AUTH_GLOBALLY_UNIQUE_DBID\x00", strings.Repeat("0123456789ABCDEF", 2), 0)
	s.summary(0, "", 0, 0)
	s.flush()

	again, proof := s.signInMessage(0x73)
	shared, proved := v.prove(proof, s.database.Password)
	if !proved || user != again || !strings.EqualFold(user, s.database.User) {
		s.refuse(1017, "")
		return false
	}
	if code := s.database.Faults.SignIn; code != 0 {
		s.refuse(code, user)
		return false
	}
	s.welcome(shared)
	s.flush()
	return true
}

// signInMessage reads one of the two messages of the sign-in.
func (s *session) signInMessage(function byte) (user string, pairs map[string]string) {
	s.in.expect("a sign-in", messageCall, function, 0)
	s.in.bytes(1)
	s.in.numbers(2) // length of the user, mode
	s.in.bytes(1)
	count := s.in.number()
	s.in.bytes(2)
	user = string(s.in.text())
	return user, s.in.pairs(count)
}

// welcome writes the server's proof and the session's properties. Without the
// languages a client would ask for them.
func (s *session) welcome(shared []byte) {
	proof := slices.Concat(random(16), []byte("SERVER_TO_CLIENT"), bytes.Repeat([]byte{aes.BlockSize}, aes.BlockSize))
	properties := [][2]string{
		{"AUTH_VERSION_STRING", "- 64bit Production"}, {"AUTH_VERSION_NO", strconv.Itoa(serverVersion)},
		{"AUTH_SC_INSTANCE_NAME", "psprod"}, {"AUTH_SC_SERVICE_NAME", s.database.Service},
		{"AUTH_SC_DB_DOMAIN", ""}, {"AUTH_SC_DBUNIQUE_NAME", "psprod"},
		{"AUTH_SESSION_ID", "42"}, {"AUTH_SERIAL_NUM", "7"},
		{"AUTH_SVR_RESPONSE", upperHex(encrypt(shared, proof))},
	}
	s.out.put(messageParameters)
	s.out.number(len(properties))
	for _, property := range properties {
		s.out.pair(property[0], property[1], 0)
	}
	s.out.put(messageNote, 5, 0, 0)
	s.out.number(2)
	s.out.zeros(1)
	s.out.pair("AUTH_NLS_LXLAN", "AMERICAN", 16)
	s.out.pair("AUTH_NLS_LXCTERRITORY", "AMERICA", 9)
	s.out.zeros(1)
	s.summary(0, "", 0, 0)
}

// encrypt and decrypt use AES in CBC mode with an initial vector of zeros, as
// Oracle's sign-in does; the texts' first block is random. The keys have 32
// bytes, and the texts whole blocks.
func encrypt(key, plain []byte) []byte {
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(blocks(key), make([]byte, aes.BlockSize)).CryptBlocks(out, plain)
	return out
}

func decrypt(key, encrypted []byte) []byte {
	out := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(blocks(key), make([]byte, aes.BlockSize)).CryptBlocks(out, encrypted)
	return out
}

func blocks(key []byte) cipher.Block {
	block, err := aes.NewCipher(key)
	check(err)
	return block
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

func upperHex(b []byte) string { return fmt.Sprintf("%X", b) }
