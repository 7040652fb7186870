import { Copy, DockerfileParser } from "dockerfile-ast";

export interface DockerInstruction {
  readonly keyword: string;
  /** Its arguments, without flags. */
  readonly words: readonly string[];
  /** The arguments as they are written. */
  readonly text: string;
  /** The stage that a COPY takes files from, if it is not the context. */
  readonly from: string | undefined;
}

export function instructionsOf(dockerfile: string): readonly DockerInstruction[] {
  return DockerfileParser.parse(dockerfile)
    .getInstructions()
    .map((instruction) => ({
      keyword: instruction.getKeyword(),
      words: instruction.getArguments().map((argument) => argument.getValue()),
      text: instruction.getArgumentsContent() ?? "",
      from: (instruction instanceof Copy && instruction.getFromFlag()?.getValue()) || undefined,
    }));
}

/** What a .dockerignore that ignores everything lets through again. */
export function letThrough(dockerignore: string): readonly string[] {
  return dockerignore.split("\n").flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
}
