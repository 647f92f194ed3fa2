"""What arms faults from outside: `GET`, `POST` and `DELETE /emulator/faults`."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator import wire
from emulator.errors import invalid_argument
from emulator.faults.table import MOST, Armed, fault_named, faults


async def list_faults(request: Request) -> Response:
    """All there are, and those that are armed."""
    armed: Armed = request.app.state.armed
    return JSONResponse({"faults": [f.wire for f in faults().values()], "armed": armed.wire})


async def arm_fault(request: Request) -> Response:
    """`{"name": "429", "count": 2}`: the next requests to a model get it."""
    body = await wire.read_json(request, request.app.state.max_body_bytes)
    name, count = body.get("name"), body.get("count", 1)
    if not isinstance(name, str):
        raise invalid_argument("name is the name of a fault.")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST:
        raise invalid_argument(f"count is a number from 1 to {MOST}.")
    armed: Armed = request.app.state.armed
    armed.add(fault_named(name), count)
    return JSONResponse({"armed": armed.wire})


async def disarm_faults(request: Request) -> Response:
    """None is armed any more."""
    armed: Armed = request.app.state.armed
    armed.clear()
    return JSONResponse({"armed": armed.wire})
