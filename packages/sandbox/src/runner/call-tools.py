# Runs a program whose tools are functions: each call is a line of JSON in one pipe, its answer a line in another.
def _parley_run(encoded):
    import ast
    import asyncio
    import base64
    import inspect
    import json
    import linecache
    import os
    import sys
    import threading
    import time
    import traceback
    import types

    settings = json.loads(base64.b64decode(_parley_settings))
    source = base64.b64decode(encoded).decode()
    name_of_source = "main.py"

    class ToolError(Exception):
        """A tool could not do what it was asked."""

    waiting = {}
    lock = threading.Lock()
    state = {"next": 0, "calls": None}

    def to_json(value):
        if hasattr(value, "tolist"):
            return value.tolist()
        raise TypeError(f"{type(value).__name__} cannot be given to a tool")

    def read_answers(pipe):
        for line in pipe:
            answer = json.loads(line)
            with lock:
                tell = waiting.pop(answer["id"], None)
            if tell is not None:
                tell(answer)
        with lock:
            unanswered = list(waiting.values())
            waiting.clear()
            state["is_over"] = True
        for tell in unanswered:
            tell({"isError": True, "result": "The tools are gone."})

    def connect():
        # They come while the program starts; the second one last.
        deadline = time.monotonic() + 10
        while not os.path.exists(settings["answers"]) and time.monotonic() < deadline:
            time.sleep(0.005)
        answers = os.fdopen(os.open(settings["answers"], os.O_RDONLY), "rb")
        state["calls"] = os.open(settings["calls"], os.O_WRONLY)
        threading.Thread(target=read_answers, args=(answers,), daemon=True).start()

    def send(name, arguments, tell):
        with lock:
            if state["calls"] is None:
                connect()
            if state.get("is_over"):
                raise ToolError("The tools are gone.")
            state["next"] += 1
            call_id = str(state["next"])
            call = {"id": call_id, "name": name, "input": arguments}
            line = json.dumps(call, default=to_json, allow_nan=False).encode() + b"\n"
            if len(line) > 1_000_000:
                raise ToolError("The arguments are too large.")
            waiting[call_id] = tell
            try:
                while line:
                    line = line[os.write(state["calls"], line):]
            except OSError:
                waiting.pop(call_id, None)
                raise ToolError("The tools are gone.") from None

    def make(name):
        async def call(*positional, **arguments):
            if positional:
                raise TypeError(f"{name}() takes its arguments by name")
            loop = asyncio.get_running_loop()
            future = loop.create_future()

            def settle(answer):
                if not future.done():
                    future.set_result(answer)

            def tell(answer):
                try:
                    loop.call_soon_threadsafe(settle, answer)
                except RuntimeError:
                    pass  # The program's loop is closed: nobody waits for it any more.

            send(name, arguments, tell)
            answer = await future
            result = answer["result"]
            if not answer["isError"]:
                return result
            raise ToolError(result if isinstance(result, str) else json.dumps(result))

        call.__name__ = call.__qualname__ = name
        return call

    module = types.ModuleType("__main__")
    module.__dict__["ToolError"] = ToolError
    for tool in settings["tools"]:
        module.__dict__[tool] = make(tool)
    sys.modules["__main__"] = module
    linecache.cache[name_of_source] = (len(source), None, source.splitlines(True), name_of_source)

    try:
        code = compile(source, name_of_source, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(eval(code, module.__dict__))
        else:
            exec(code, module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != name_of_source:
            trace = trace.tb_next
        sys.stdout.flush()
        traceback.print_exception(type(error), error, trace)
        sys.exit(1)
