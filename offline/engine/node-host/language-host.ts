import { status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PackageParameterization, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { engineVersion } from "../versions";
import { streaming, unary } from "./calls";
import type { Children } from "./children";
import { installDependencies } from "./install-dependencies";
import { requireLoopback } from "./loopback";
import { choosePackageManager, lockedPackages } from "./package-manager";
import { locateModule, programStart } from "./program-start";
import { type Parameterization, type RequiredPackage, requiredPackages } from "./required-packages";
import { runPlugin } from "./run-plugin";
import { runProgram, type Sinks } from "./run-program";
import { readRuntimeOptions } from "./runtime-options";

export interface LanguageHostOptions {
  /** Address of the engine; empty until the handshake. */
  readonly engine: string;
  readonly tracing: string;
  readonly env: NodeJS.ProcessEnv;
  readonly children: Children;
  /** Where the output of programs goes: the engine shows what the host prints. */
  readonly sinks: Sinks;
}

/** What the engine may ask of a Node host. Methods that are left out (code generation, packing) answer "unimplemented". */
export function languageHost(options: LanguageHostOptions): UntypedServiceImplementation {
  const host = { ...options };
  return {
    handshake: unary((request: language.LanguageHandshakeRequest) => {
      requireLoopback(request.getEngineAddress(), "engine");
      host.engine = request.getEngineAddress();
      return new language.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new PluginInfo().setVersion(engineVersion)),
    getRequiredPackages: unary((request: language.GetRequiredPackagesRequest) =>
      new language.GetRequiredPackagesResponse().setPackagesList(
        requiredPackages(infoOf(request).getProgramDirectory()).map(dependency),
      ),
    ),
    run: unary((request: language.RunRequest, signal) => run(request, host, signal)),
    runPlugin: streaming<language.RunPluginRequest, language.RunPluginResponse>((request, write, signal) =>
      runPlugin(
        { request: pluginRequest(request), options: runtimeOptionsOf(request), children: host.children },
        {
          onStdout: (chunk) => write(new language.RunPluginResponse().setStdout(chunk)),
          onStderr: (chunk) => write(new language.RunPluginResponse().setStderr(chunk)),
        },
        signal,
      ),
    ),
    installDependencies: streaming<language.InstallDependenciesRequest, language.InstallDependenciesResponse>(
      (request, write, signal) =>
        installDependencies(
          { directory: infoOf(request).getProgramDirectory(), options: runtimeOptionsOf(request), env: host.env },
          {
            onStdout: (chunk) => write(new language.InstallDependenciesResponse().setStdout(chunk)),
            onStderr: (chunk) => write(new language.InstallDependenciesResponse().setStderr(chunk)),
          },
          signal,
        ),
    ),
    runtimeOptionsPrompts: unary(runtimeOptionsPrompts),
    template: unary(() => new language.TemplateResponse()),
    about: unary((request: language.AboutRequest) => about(request, host.env)),
    getProgramDependencies: unary(programDependencies),
    cancel: unary(async () => {
      await host.children.stopAll();
      return new Empty();
    }),
  };
}

async function run(
  request: language.RunRequest,
  host: LanguageHostOptions,
  signal: AbortSignal,
): Promise<language.RunResponse> {
  if (host.engine === "") throw new Error("must call Handshake before Run: the address of the engine is not known");
  requireLoopback(host.engine, "engine");
  requireLoopback(request.getMonitorAddress(), "resource monitor");
  const response = new language.RunResponse();
  try {
    if (request.getAttachDebugger()) throw new Error("the stand-in Node host cannot attach a debugger");
    const info = infoOf(request);
    const runner = locateModule(
      host.env["PULUMI_LANGUAGE_NODEJS_RUN_PATH"] || "@pulumi/pulumi/cmd/run",
      info.getProgramDirectory(),
      "pulumi install",
    );
    const program = { ...programRequest(request, info), engine: host.engine, tracing: host.tracing };
    const start = programStart(program, runtimeOptionsOf(request), runner, host.env);
    const end = await runProgram(start, host.children, host.sinks, (child) => {
      signal.addEventListener("abort", () => void child.stop(), { once: true });
    });
    return response.setError(end.error).setBail(end.bail);
  } catch (error) {
    // An answer, not a failed call: the engine shows it as the program's error.
    return response.setError(error instanceof Error ? error.message : String(error));
  }
}

function programRequest(request: language.RunRequest, info: language.ProgramInfo) {
  return {
    monitor: request.getMonitorAddress(),
    organization: request.getOrganization(),
    project: request.getProject(),
    rootDirectory: info.getRootDirectory(),
    programDirectory: info.getProgramDirectory(),
    entryPoint: info.getEntryPoint(),
    stack: request.getStack(),
    isDryRun: request.getDryrun(),
    parallel: request.getParallel(),
    arguments: request.getArgsList(),
    config: new Map(request.getConfigMap().entries()),
    secretKeys: request.getConfigsecretkeysList(),
  };
}

function pluginRequest(request: language.RunPluginRequest) {
  if (request.getAttachDebugger()) throw new Error("the stand-in Node host cannot attach a debugger");
  return {
    kind: request.getKind(),
    programDirectory: infoOf(request).getProgramDirectory(),
    workingDirectory: request.getPwd(),
    arguments: request.getArgsList(),
    env: request.getEnvList(),
  };
}

function runtimeOptionsPrompts(request: language.RuntimeOptionsRequest): language.RuntimeOptionsResponse {
  const response = new language.RuntimeOptionsResponse();
  if (optionsOf(request)["packagemanager"] !== undefined) return response;
  const { RuntimeOptionPrompt } = language;
  const choice = (name: string) => {
    const value = new RuntimeOptionPrompt.RuntimeOptionValue();
    return value.setPrompttype(RuntimeOptionPrompt.RuntimeOptionType.STRING).setStringvalue(name).setDisplayname(name);
  };
  const prompt = new RuntimeOptionPrompt()
    .setKey("packagemanager")
    .setDescription("The package manager to use for installing dependencies")
    .setPrompttype(RuntimeOptionPrompt.RuntimeOptionType.STRING)
    .setChoicesList(["npm", "pnpm", "yarn", "bun"].map(choice))
    .setDefault(choice("npm"));
  return response.setPromptsList([prompt]);
}

function about(request: language.AboutRequest, env: NodeJS.ProcessEnv): language.AboutResponse {
  const directory = infoOf(request).getProgramDirectory();
  const manager = choosePackageManager(runtimeOptionsOf(request).packagemanager, directory, env);
  const response = new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version);
  response.getMetadataMap().set("packagemanager", manager);
  return response;
}

function programDependencies(request: language.GetProgramDependenciesRequest): language.GetProgramDependenciesResponse {
  const locked = lockedPackages(infoOf(request).getProgramDirectory(), request.getTransitivedependencies());
  return new language.GetProgramDependenciesResponse().setDependenciesList(
    locked.map(({ name, version }) => new language.DependencyInfo().setName(name).setVersion(version)),
  );
}

function dependency(required: RequiredPackage): PackageDependency {
  const message = new PackageDependency()
    .setName(required.name)
    .setKind("resource")
    .setVersion(required.version)
    .setServer(required.server);
  if (required.parameterization !== undefined) message.setParameterization(parameterization(required.parameterization));
  if (required.extension !== undefined) message.setExtension$(parameterization(required.extension));
  return message;
}

function parameterization(given: Parameterization): PackageParameterization {
  return new PackageParameterization().setName(given.name).setVersion(given.version).setValue(given.value);
}

interface WithInfo {
  getInfo(): language.ProgramInfo | undefined;
}

function infoOf(request: WithInfo): language.ProgramInfo {
  const info = request.getInfo();
  if (info !== undefined) return info;
  throw Object.assign(new Error("the engine sent no program info: it is too old"), { code: status.INVALID_ARGUMENT });
}

const optionsOf = (request: WithInfo) =>
  (infoOf(request).getOptions()?.toJavaScript() ?? {}) as Readonly<Record<string, unknown>>;
const runtimeOptionsOf = (request: WithInfo) => readRuntimeOptions(optionsOf(request));
