"""The Graph SDK: its addresses have two slashes, and it knows no address but Microsoft's."""

import asyncio
import json
import os

from azure.identity.aio import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.models.application import Application
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent

Parameters = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters


async def main():
    names = ("ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET")
    credential = ClientSecretCredential(*(os.environ[name] for name in names))
    client = GraphServiceClient(credential)
    made = await client.applications.post(Application(display_name="from msgraph"))
    me = await client.service_principals_with_app_id(os.environ["ARM_CLIENT_ID"]).get()
    reference = ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{me.id}")
    own = client.applications.by_application_id(made.id)
    await own.owners.ref.post(reference)
    page = await client.applications.get(RequestConfiguration(query_parameters=Parameters(top=1)))
    following = await client.applications.with_url(page.odata_next_link).get()
    expanded = RequestConfiguration(
        query_parameters=Parameters(expand=["owners"], filter="displayName eq 'from msgraph'")
    )
    with_owners = await client.applications.get(expanded)
    eventual = RequestConfiguration()
    eventual.headers.add("ConsistencyLevel", "eventual")
    count = await client.applications.count.get(eventual)
    batch = BatchRequestContent()
    batch.add_request_information(client.applications.to_get_request_information())
    batch.add_request_information(client.organization.to_get_request_information())
    answers = await BatchRequestBuilder(client.request_adapter).post(batch)
    await own.delete()
    deleted = await client.directory.deleted_items.graph_application.get()
    try:
        await client.applications.delta.get()
        unknown = "answered"
    except Exception as error:  # the SDK's own class of errors
        unknown = error.error.message
    await credential.close()
    print(
        json.dumps(
            {
                "made": made.display_name,
                "page": [len(page.value), page.odata_next_link is not None],
                "next": len(following.value),
                "owners": len(with_owners.value[0].owners),
                "count": count,
                "batch": [answer.status for answer in answers.responses.values()],
                "deleted": [item.display_name for item in deleted.value],
                "unknown": unknown,
            }
        )
    )


asyncio.run(main())
