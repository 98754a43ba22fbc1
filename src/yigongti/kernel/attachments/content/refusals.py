"""The sentences with which a file is refused: what it is, and what to do instead."""

from __future__ import annotations

from yigongti.foundation.errors import InvalidInput

_WORDS: dict[str, tuple[str, str]] = {
    "empty": ("文件是空的，请重新选择", "the file is empty; choose it again"),
    "program": ("这是一个程序，不能作为附件", "this is a program; programs cannot be attached"),
    "script": ("这是一段脚本或命令，不能作为附件", "this is a script; scripts cannot be attached"),
    "web_page": (
        "这是网页或 SVG 图形，其中可能含有脚本；请另存为 PDF 或图片",
        "this is a web page or an SVG drawing, which may carry scripts; save it as PDF or as a picture",
    ),
    "archive": ("这是压缩包，请解压后逐个上传", "this is an archive; unpack it and attach its files one by one"),
    "macros": (
        "文件中有宏或嵌入的程序，请另存为不含宏的文件",
        "the file carries macros or an embedded program; save it without them",
    ),
    "encrypted": (
        "文件已加密，无法检查，请去掉密码后上传",
        "the file is encrypted and cannot be checked; remove its password",
    ),
    "old_office": (
        "这是旧格式（doc、xls、ppt）或加密的 Office 文件，请另存为不带密码的 docx、xlsx 或 PDF",
        "this is an old or an encrypted Office file; save it as docx, xlsx or PDF without a password",
    ),
    "remote": (
        "文件要从别处取得模板或内容，请另存为 PDF",
        "the file fetches a template or content from elsewhere; save it as PDF",
    ),
    "active_pdf": (
        "PDF 中有脚本、启动动作或嵌入文件，请打印为新的 PDF 后上传",
        "the PDF carries scripts, actions or embedded files; print it into a new PDF",
    ),
    "heic": (
        "手机的 HEIC 照片不能直接使用，请在相机设置中选择“兼容性最佳”（JPEG）",
        "HEIC photographs are not taken; set the camera to “most compatible” (JPEG)",
    ),
    "damaged": ("文件不完整或已损坏，请重新拍摄或重新保存", "the file is incomplete or damaged; take or save it again"),
    "something_more": (
        "文件中除图片或文档外还夹带其他内容，请另存后再上传",
        "the file carries something besides its picture or document; save it anew",
    ),
    "too_many_pixels": ("图片像素过多，请缩小后上传", "the picture has too many pixels; make it smaller"),
    "unpacks_too_large": ("文件展开后过大，不能上传", "the file unpacks to too large a size"),
    "unknown": (
        "无法识别的文件；可以上传 JPEG、PNG、WebP 图片，PDF、docx、xlsx 文档，CSV 或文本",
        "the file is of no known kind; pictures (JPEG, PNG, WebP), PDF, docx, xlsx, CSV and text are taken",
    ),
}


def refused(why: str) -> InvalidInput:
    """The error for one of the reasons above; its code is "attachments.<why>"."""
    zh, en = _WORDS[why]
    return InvalidInput(f"attachments.{why}", zh=zh, en=en)
