import { TestDirectory } from "./directory";

const azureadSelect =
  "accountEnabled,ageGroup,businessPhones,city,companyName,consentProvidedForMinor,country,creationType,department,displayName,employeeHireDate,employeeId,employeeOrgData,employeeType,externalUserState,faxNumber,givenName,id,imAddresses,jobTitle,mail,mailNickname,mobilePhone,officeLocation,onPremisesDistinguishedName,onPremisesDomainName,onPremisesImmutableId,onPremisesSamAccountName,onPremisesSecurityIdentifier,onPremisesSyncEnabled,onPremisesUserPrincipalName,otherMails,postalCode,preferredLanguage,proxyAddresses,showInAddressList,state,streetAddress,surname,usageLocation,userPrincipalName,userType";

describe("users", () => {
  it("show the documented default set, and more when it is selected", async () => {
    const directory = new TestDirectory();
    const { body } = await directory.admin.get(`/v1.0/users/${directory.user}`);
    expect(Object.keys(body).sort()).toEqual([
      "@odata.context",
      "businessPhones",
      "displayName",
      "givenName",
      "id",
      "jobTitle",
      "mail",
      "mobilePhone",
      "officeLocation",
      "preferredLanguage",
      "surname",
      "userPrincipalName",
    ]);
    const full = await directory.admin.get(`/v1.0/users/${directory.user}?$select=${azureadSelect}`);
    expect(Object.keys(full.body).filter((name) => !name.startsWith("@"))).toEqual(azureadSelect.split(","));
    expect(full.body).toMatchObject({ accountEnabled: true, mailNickname: "reports", userType: "Member" });
  });

  it("are found by principal name in any case, by filter, and never with a password", async () => {
    const directory = new TestDirectory();
    expect((await directory.admin.get("/v1.0/users/Reports@Contoso.example")).body.id).toBe(directory.user);
    const filter = encodeURIComponent("userPrincipalName eq 'reports@contoso.example'");
    const { body } = await directory.admin.get(`/v1.0/users?$filter=${filter}`);
    expect(body.value.map(({ id }: { id: string }) => id)).toEqual([directory.user]);
    expect(JSON.stringify(body)).not.toMatch(/password|mfa/i);
    expect((await directory.admin.get(`/v1.0/users/${directory.user}?$select=password`)).status).toBe(400);
  });

  it("have no manager, and their directory roles as memberships", async () => {
    const directory = new TestDirectory();
    const manager = await directory.admin.get(`/v1.0/users/${directory.user}/manager`);
    expect([manager.status, manager.body.error.code]).toEqual([404, "Request_ResourceNotFound"]);
    expect((await directory.admin.get(`/v1.0/users/${directory.user}/memberOf`)).body.value).toEqual([]);
    const person = directory.tenant.users.get(directory.user)!;
    directory.tenant.users.put({ ...person, roles: ["Executive Report Viewer", "Global Administrator"] });
    const { body } = await directory.admin.get(`/v1.0/users/${directory.user}/transitiveMemberOf`);
    expect(body.value).toMatchObject([
      { "@odata.type": "#microsoft.graph.directoryRole", roleTemplateId: "62e90394-69f5-4237-9190-012177145e10" },
    ]);
  });

  it("show only their basic profile to User.ReadBasic.All", async () => {
    const directory = new TestDirectory();
    const { body } = await directory
      .application(["User.ReadBasic.All"])
      .get(`/v1.0/users/${directory.user}?$select=displayName,accountEnabled`);
    expect(body.displayName).toBe("Reports");
    expect(body).not.toHaveProperty("accountEnabled");
  });
});

describe("the tenant itself", () => {
  it("names itself and its domain", async () => {
    const { admin, tenant } = new TestDirectory();
    const organization = await admin.get("/v1.0/organization");
    expect(organization.body.value).toMatchObject([
      { id: tenant.id, verifiedDomains: [{ name: "contoso.example", isDefault: true }] },
    ]);
    expect((await admin.get(`/v1.0/organization/${tenant.id}`)).body.displayName).toBe("Contoso");
    expect((await admin.get("/v1.0/domains")).body.value.map(({ id }: { id: string }) => id)).toEqual([
      "contoso.example",
    ]);
    expect((await admin.get("/v1.0/domains/fabrikam.example")).status).toBe(404);
  });

  it("gives objects of any type by id", async () => {
    const directory = new TestDirectory();
    const { body } = await directory.admin.post("/v1.0/directoryObjects/getByIds", {
      ids: [directory.user, directory.deployer, "99999999-9999-4999-8999-999999999999"],
    });
    expect(body.value.map((item: Record<string, string>) => item["@odata.type"])).toEqual([
      "#microsoft.graph.user",
      "#microsoft.graph.servicePrincipal",
    ]);
    const users = await directory.admin.post("/v1.0/directoryObjects/getByIds", {
      ids: [directory.user, directory.deployer],
      types: ["user"],
    });
    expect(users.body.value).toHaveLength(1);
    expect((await directory.admin.get(`/v1.0/directoryObjects/${directory.deployer}`)).body["@odata.type"]).toBe(
      "#microsoft.graph.servicePrincipal",
    );
  });
});
