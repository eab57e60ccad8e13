package emulator

import "strings"

// The resources as the Directory API describes them (discovery document
// admin directory_v1, and the reference pages for the entry lists, which the
// discovery document leaves untyped). They are read, never changed.

// entryTypes are the types of an e-mail address, and of a custom value in a
// multi-valued field.
const entryTypes = "custom home other work"

var userShape = objectOf(
	readOnly("kind etag id customerId creationTime deletionTime lastLoginTime archivalTime suspensionReason suspensionTime thumbnailPhotoEtag thumbnailPhotoUrl", aText),
	readOnly("agreedToTerms isAdmin isDelegatedAdmin isEnforcedIn2Sv isEnrolledIn2Sv isMailboxSetup isGuestUser", aBool),
	readOnly("aliases nonEditableAliases", listOf(aText)),
	readOnly("guestAccountInfo", anything),
	named{"primaryEmail orgUnitPath password recoveryEmail recoveryPhone", aText},
	named{"suspended archived changePasswordAtNextLogin includeInGlobalAddressList ipWhitelisted", aBool},
	named{"name", objectOf(readOnly("fullName", aText), named{"givenName familyName displayName", aText})},
	named{"customSchemas gender notes", anything},
	named{"emails", listOf(objectOf(
		named{"type", oneOf(strings.Fields(entryTypes)...)},
		named{"primary", aBool},
		named{"address customType", aText},
		named{"public_key_encryption_certificates", anything},
	)).limited(10 << 10)},
	named{"externalIds", listOf(objectOf(
		named{"type", oneOf("account", "custom", "customer", "login_id", "network", "organization")},
		named{"value customType", aText},
	)).limited(2 << 10)},
	named{"addresses ims keywords languages locations organizations phones posixAccounts relations sshPublicKeys websites",
		listOf(anything).limited(10 << 10)},
)

var usersShape = objectOf(named{"kind etag nextPageToken trigger_event", aText}, named{"users", listOf(userShape)})

var aliasShape = objectOf(readOnly("kind etag id primaryEmail", aText), named{"alias", aText})

var aliasesShape = objectOf(named{"kind etag", aText}, named{"aliases", listOf(aliasShape)})

var groupShape = objectOf(
	named{"kind etag id email name description", aText},
	named{"directMembersCount", aNumber},
	named{"adminCreated", aBool},
	named{"aliases nonEditableAliases", listOf(aText)},
	named{"externalIds", anything},
)

// newGroupShape is a group as a request to create one has it. Aliases are for
// groups.aliases alone.
var newGroupShape = objectOf(
	readOnly("kind etag id adminCreated directMembersCount aliases nonEditableAliases", anything),
	named{"email name description", aText},
	named{"externalIds", anything},
)

var groupsShape = objectOf(named{"kind etag nextPageToken", aText}, named{"groups", listOf(groupShape)})

var memberShape = objectOf(readOnly("kind etag status", aText), named{"id email role type delivery_settings", aText})

var membersShape = objectOf(named{"kind etag nextPageToken", aText}, named{"members", listOf(memberShape)})

var orgUnitShape = objectOf(
	readOnly("kind etag orgUnitId orgUnitPath", aText),
	named{"name description parentOrgUnitPath parentOrgUnitId", aText},
	named{"blockInheritance", aBool},
)

var orgUnitsShape = objectOf(named{"kind etag", aText}, named{"organizationUnits", listOf(orgUnitShape)})

var schemaShape = objectOf(
	readOnly("kind etag schemaId", aText),
	named{"schemaName displayName", aText},
	named{"fields", listOf(objectOf(
		readOnly("kind etag fieldId", aText),
		named{"fieldName displayName", aText},
		named{"fieldType", oneOf("BOOL", "DATE", "DOUBLE", "EMAIL", "INT64", "PHONE", "STRING")},
		named{"readAccessType", oneOf("ALL_DOMAIN_USERS", "ADMINS_AND_SELF")},
		named{"indexed multiValued", aBool},
		named{"numericIndexingSpec", objectOf(named{"minValue maxValue", aNumber})},
	))},
)

var schemasShape = objectOf(named{"kind etag", aText}, named{"schemas", listOf(schemaShape)})
