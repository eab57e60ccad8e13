package plan

import (
	"fmt"
	"strings"
)

// NumberMark stands in the address of a Candidate for each number from 2 to 99 in
// turn.
const NumberMark = "${number}"

// The numbers that NumberMark stands for.
const (
	firstNumber = 2
	lastNumber  = 99
)

// Candidate is an address that somebody whose address PowerSchool lacks may be
// given, or several that differ in a number.
type Candidate struct {
	// Rule is the key of the config that gives it.
	Rule string `yaml:"rule"`
	// Address is in lower case. It may hold NumberMark.
	Address string `yaml:"address,omitempty"`
	// Problem says why the rule gives no address, empty where it does.
	Problem string `yaml:"problem,omitempty"`
}

// Addresses are the addresses of the candidate in the order in which they are given.
func (c Candidate) Addresses() []string {
	if c.Problem != "" {
		return nil
	}
	if !strings.Contains(c.Address, NumberMark) {
		return []string{c.Address}
	}
	addresses := make([]string, 0, lastNumber-firstNumber+1)
	for number := firstNumber; number <= lastNumber; number++ {
		addresses = append(addresses, strings.ReplaceAll(c.Address, NumberMark, fmt.Sprint(number)))
	}
	return addresses
}

// PassedOver is a better address than the one that an account is given, and why it
// could not be had.
type PassedOver struct {
	// Address is the better one, in lower case.
	Address string `yaml:"address"`
	// By says in words by whom it is held.
	By string `yaml:"by"`
}

// TakenAddress is an address that PowerSchool has of somebody on whom the policy
// cannot decide.
type TakenAddress struct {
	Address string `yaml:"address"`
	Staff   Person `yaml:"staff,flow"`
}

// RuleAddress begins the keys of the rules that give addresses, such as
// newAccounts.address[0], and RuleAddressWhen is the one that says to whom.
const (
	RuleAddress     = "newAccounts.address"
	RuleAddressWhen = "newAccounts.addressWhen"
)
