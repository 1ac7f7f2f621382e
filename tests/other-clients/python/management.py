"""The vault's client and the management clients."""

import json
import os

from azure.identity import EnvironmentCredential
from azure.keyvault.secrets import SecretClient
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.resource import ResourceManagementClient

credential = EnvironmentCredential()
subscription = os.environ["ARM_SUBSCRIPTION_ID"]
secrets = SecretClient("https://fabrikam-partner-access.vault.emulator.test", credential)
secrets.set_secret("one", "text")
secrets.set_secret("two", "text")
value = secrets.get_secret("one").value
backup = secrets.backup_secret("two")
secrets.begin_delete_secret("one").wait()
vaults = KeyVaultManagementClient(credential, subscription).vaults.list_by_subscription()
groups = [group.name for group in ResourceManagementClient(credential, subscription).resource_groups.list()]
scope = f"/subscriptions/{subscription}/resourceGroups/{groups[0]}"
assignments = AuthorizationManagementClient(credential, subscription).role_assignments.list_for_scope(scope)
print(
    json.dumps(
        {
            "secret": value,
            "backup": type(backup).__name__,
            "deleted": [secret.name for secret in secrets.list_deleted_secrets()],
            "vaults": [vault.name for vault in vaults],
            "groups": groups,
            "assignments": len(list(assignments)) > 0,
        }
    )
)
