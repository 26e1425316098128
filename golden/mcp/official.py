"""The path of an agent, driven by the official client: extract, a wrong module, the right one, the patch.

Called with a document: the server's command, the calls' arguments. Prints what each call came to, as a document.
"""

import asyncio
import json
import sys

from mcp import Client, ClientSession, StdioServerParameters, stdio_client


async def drive(call, plan):
    """Each call needs what the one before came to."""
    slice = await call("ripout_extract", plan["extract"])
    base = slice["run"]
    wrong = await call("ripout_verify", {"base": base, "module_text": plan["wrong"]})
    right = await call("ripout_verify", {"base": base, "module_text": slice["text"]["text"]})
    removed = await call("ripout_remove", plan["remove"])
    return [slice, wrong, right, removed]


async def main(plan):
    server = StdioServerParameters(command=plan["ripout"], args=["mcp"], cwd=plan["folder"])
    found = {}
    heard = []

    async def progress(done, total, message):
        heard.append(message)

    def calls(client):
        async def call(tool, arguments):
            result = await client.call_tool(tool, arguments, progress_callback=progress)
            if result.is_error:
                raise RuntimeError(f"{tool}: {result.content}")
            return result.structured_content

        return call

    # The revisions with a handshake.
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        greeted = await session.initialize()
        tools = await session.list_tools()
        found["session"] = {
            "revision": greeted.protocol_version,
            "tools": [tool.name for tool in tools.tools],
            "answers": await drive(calls(session), plan),
        }
    # Those without.
    async with Client(server) as client:
        tools = await client.list_tools()
        found["client"] = {
            "revision": client.protocol_version,
            "tools": [tool.name for tool in tools.tools],
            "answers": await drive(calls(client), plan),
        }
    found["heard"] = len(heard)
    print(json.dumps(found))


asyncio.run(main(json.load(sys.stdin)))
