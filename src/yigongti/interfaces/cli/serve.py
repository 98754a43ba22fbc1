"""yigongti serve: the database, the web server and the worker for background jobs, as one."""

from __future__ import annotations

import click


@click.command(
    help="打开网站（含内置数据库和后台任务），按 Ctrl-C 结束 · Serve the site, its database and jobs; Ctrl-C ends it"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option("--port", default=8000, show_default=True, help="端口 · port")
@click.option("--workers", default=2, show_default=True, help="网站进程数 · web processes")
@click.option("--no-jobs", is_flag=True, help="不运行后台任务 · do not run background jobs here")
def serve(host: str, port: int, workers: int, no_jobs: bool) -> None:
    from yigongti.interfaces.cli.project import opened
    from yigongti.interfaces.cli.supervising import make_ready, supervise

    with opened():
        make_ready()
        supervise(host=host, port=port, workers=workers, jobs=not no_jobs, opened=_tell)


def _tell(host: str, port: int) -> None:
    click.echo(f"http://{host}:{port}/")
