import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { WebApi } from "azure-devops-node-api";
import { AdoHttpClient } from "azure-devops-node-api/AdoHttpClientBases";
import { BearerCredentialHandler } from "azure-devops-node-api/handlers/bearertoken";
import type { HttpSettings } from "../http/exchange";
import { layerFetch } from "../http/layer-fetch";

const LONGEST_ANSWER_MS = 60_000;
/** An organisation answers under both of its addresses, whichever the pipeline names. */
const MICROSOFTS = /(^|\.)(dev\.azure\.com|visualstudio\.com)$/;

/** Microsoft's client for Azure DevOps with its requests sent by our layer, to the collection's own host. */
export class LayerConnection extends WebApi {
  private readonly client: LayerClient;

  constructor(collectionUri: string, token: string, settings: HttpSettings) {
    // Without `false` the library would hand the token to whatever host a redirect names.
    super(collectionUri, new BearerCredentialHandler(token, false), { allowRedirects: false });
    this.client = new LayerClient(collectionUri, token, settings);
    this.through(this);
  }

  override async getLocationsApi(...asked: Parameters<WebApi["getLocationsApi"]>) {
    return this.through(await super.getLocationsApi(...asked));
  }

  override async getGitApi(...asked: Parameters<WebApi["getGitApi"]>) {
    return this.through(await super.getGitApi(...asked));
  }

  override async getWorkItemTrackingApi(...asked: Parameters<WebApi["getWorkItemTrackingApi"]>) {
    return this.through(await super.getWorkItemTrackingApi(...asked));
  }

  private through<T extends { readonly rest: WebApi["rest"] }>(api: T): T {
    api.rest.client = this.client;
    return api;
  }
}

/** The library's own client class, but for the one method that all of its calls end in. */
class LayerClient extends AdoHttpClient {
  private readonly send: typeof fetch;

  constructor(
    collectionUri: string,
    private readonly token: string,
    settings: HttpSettings,
  ) {
    super("partner-insights-access");
    const home = new URL(collectionUri);
    const isOurs = ({ protocol, host, origin }: URL) =>
      origin === home.origin || (protocol === "https:" && MICROSOFTS.test(home.host) && MICROSOFTS.test(host));
    this.send = layerFetch({ service: "Azure DevOps", isOurs, longestAnswerMs: LONGEST_ANSWER_MS }, settings);
  }

  override async request(method: string, url: string, data: unknown, headers: object = {}) {
    const answer = await this.send(url, {
      method,
      headers: { ...headers, authorization: `Bearer ${this.token}` },
      ...(typeof data === "string" && data !== "" && { body: data }),
    });
    const message = new IncomingMessage(new Socket());
    message.statusCode = answer.status;
    message.headers = Object.fromEntries(answer.headers);
    const text = await answer.text();
    return { message, readBody: async () => text };
  }
}
