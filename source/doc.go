// Package source is the desired state's origin: PowerSchool's schools and
// staff as the district keeps them, assembled from PowerSchool's tables.
//
// Its sub-packages read those tables (export) and turn the staff into the
// accounts that they should have (policy).
package source
