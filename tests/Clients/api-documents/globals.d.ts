// The part of Node.js that the programs use.
declare const process: { argv: [program: string, file: string, url: string] }
