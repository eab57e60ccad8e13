package emulator

// The resources as the Directory API describes them (discovery document
// admin directory_v1, and the reference pages for the entry lists, which the
// discovery document leaves untyped). They are read, never changed.

// entryTypes are the types of an e-mail address, and of a custom value in a
// multi-valued field.
const entryTypes = "custom home other work"

var userShape = objectOf(
	readOnly(textFields("kind etag id customerId creationTime deletionTime lastLoginTime archivalTime suspensionReason suspensionTime thumbnailPhotoEtag thumbnailPhotoUrl")),
	readOnly(boolFields("agreedToTerms isAdmin isDelegatedAdmin isEnforcedIn2Sv isEnrolledIn2Sv isMailboxSetup")),
	readOnly(field("aliases", listOf(&shape{kind: textShape}))),
	readOnly(field("nonEditableAliases", listOf(&shape{kind: textShape}))),
	readOnly(anyFields("guestAccountInfo")),
	readOnly(boolFields("isGuestUser")),
	textFields("primaryEmail orgUnitPath password recoveryEmail recoveryPhone"),
	boolFields("suspended archived changePasswordAtNextLogin includeInGlobalAddressList ipWhitelisted"),
	field("name", objectOf(readOnly(textFields("fullName")), textFields("givenName familyName displayName"))),
	field("customSchemas", &shape{kind: anyShape}),
	anyFields("gender notes"),
	entries("emails", 10<<10, entryTypes, boolFields("primary"), textFields("address customType"),
		anyFields("public_key_encryption_certificates")),
	entries("externalIds", 2<<10, "account custom customer login_id network organization", textFields("value customType")),
	listsOfAny("addresses ims keywords languages locations organizations phones posixAccounts relations sshPublicKeys websites"),
)

var usersShape = objectOf(textFields("kind etag nextPageToken trigger_event"), field("users", listOf(userShape)))

var aliasShape = objectOf(readOnly(textFields("kind etag id primaryEmail")), textFields("alias"))

var aliasesShape = objectOf(textFields("kind etag"), field("aliases", listOf(aliasShape)))

var groupShape = objectOf(
	textFields("kind etag id email name description"),
	numberFields("directMembersCount"),
	boolFields("adminCreated"),
	field("aliases", listOf(&shape{kind: textShape})),
	field("nonEditableAliases", listOf(&shape{kind: textShape})),
	anyFields("externalIds"),
)

var groupsShape = objectOf(textFields("kind etag nextPageToken"), field("groups", listOf(groupShape)))

var memberShape = objectOf(
	readOnly(textFields("kind etag status")),
	textFields("id email role type delivery_settings"),
)

var membersShape = objectOf(textFields("kind etag nextPageToken"), field("members", listOf(memberShape)))

var orgUnitShape = objectOf(
	readOnly(textFields("kind etag orgUnitId orgUnitPath")),
	textFields("name description parentOrgUnitPath parentOrgUnitId"),
	boolFields("blockInheritance"),
)

var orgUnitsShape = objectOf(textFields("kind etag"), field("organizationUnits", listOf(orgUnitShape)))

var schemaShape = objectOf(
	readOnly(textFields("kind etag schemaId")),
	textFields("schemaName displayName"),
	field("fields", listOf(objectOf(
		readOnly(textFields("kind etag fieldId")),
		textFields("fieldName displayName"),
		field("fieldType", &shape{kind: textShape, oneOf: fieldTypes}),
		field("readAccessType", &shape{kind: textShape, oneOf: []string{"ALL_DOMAIN_USERS", "ADMINS_AND_SELF"}}),
		boolFields("indexed multiValued"),
		field("numericIndexingSpec", objectOf(numberFields("minValue maxValue"))),
	))),
)

var schemasShape = objectOf(textFields("kind etag"), field("schemas", listOf(schemaShape)))
