import * as pulumi from "@pulumi/pulumi";
import { silenceDebugLog } from "../../../components/partner-access/sdk-log";

it("silences the function that the SDK's own modules call, and leaves news and errors alone", async () => {
  // What `runtime/resource.js` logs through.
  const used = require("@pulumi/pulumi/log");
  const { debug, info, error } = used;
  try {
    silenceDebugLog();
    expect(used.debug).not.toBe(debug);
    await expect(used.debug("secret")).resolves.toBeUndefined();
    expect(pulumi.log.debug).toBe(used.debug);
    expect([used.info, used.error]).toEqual([info, error]);
  } finally {
    Object.assign(used, { debug });
  }
});
