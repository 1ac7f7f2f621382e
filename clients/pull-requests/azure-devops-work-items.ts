import type { IWorkItemTrackingApi } from "azure-devops-node-api/WorkItemTrackingApi";
import type { Ask } from "./azure-devops-errors";
import type { Ticket, TicketContent, TicketText } from "./host";

/** Closed states of a work item, in Microsoft's four processes. */
const over = ["Closed", "Done", "Removed", "Resolved"];
const type = "Issue";

/**
 * One work item of the type Issue. A project's process decides about states, so none is set here: people close it. A closed one is
 * left alone, and the next difference opens another.
 */
export function workItems(open: () => Promise<IWorkItemTrackingApi>, ask: Ask, project: string) {
  return {
    async findTicket(mark: string): Promise<Ticket | undefined> {
      const tracking = await open();
      // Descriptions lose hidden marks, tags do not. Quotation marks are doubled, as the query language wants them.
      const states = over.map((state) => `'${state}'`).join(", ");
      const query =
        `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.CreatedBy] = @Me AND ` +
        `[System.Tags] CONTAINS '${mark.replace(/'/g, "''")}' AND [System.State] NOT IN (${states}) ORDER BY [System.Id]`;
      const found = await ask("find the work item", true, () => tracking.queryByWiql({ query }, { project }));
      const id = found.workItems?.[0]?.id;
      if (id === undefined) return undefined;
      const item = await ask("read the work item", true, () =>
        tracking.getWorkItem(id, undefined, undefined, undefined),
      );
      const description = item.fields?.["System.Description"];
      return { id: String(id), isOpen: true, says: (text) => description === descriptionOf(text) };
    },
    async createTicket(mark: string, content: TicketContent): Promise<void> {
      const tracking = await open();
      const fields = [...contentOf(content), { op: "add", path: "/fields/System.Tags", value: mark }];
      await ask("create the work item", false, () => tracking.createWorkItem(undefined, fields, project, type));
    },
    async updateTicket(id: string, _mark: string, content: TicketContent): Promise<void> {
      const tracking = await open();
      await ask("rewrite the work item", true, () =>
        tracking.updateWorkItem(undefined, contentOf(content), Number(id), project),
      );
    },
  };
}

function contentOf({ title, text }: TicketContent) {
  return [
    { op: "add", path: "/fields/System.Title", value: title },
    { op: "add", path: "/fields/System.Description", value: descriptionOf(text) },
  ];
}

/** A description is HTML. */
function descriptionOf({ plain }: TicketText): string {
  return `<pre>${plain.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)}</pre>`;
}
