"""What can go wrong while articles are edited. Each error has a code and says what to do next."""

from __future__ import annotations


class EditorialError(Exception):
    """Root of this package's errors. `code` is stable, `status` is the HTTP status."""

    code = "editorial_error"
    status = 400

    def __init__(self, message: str | None = None, **details: object) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.details = details


class NotAnEditorError(EditorialError):
    """Only editors and admins may change articles. Ask an admin for the role `editor`."""

    code = "not_an_editor"
    status = 403


class NoSuchArticleError(EditorialError):
    """There is no such article, or not in this language."""

    code = "no_such_article"
    status = 404


class NoSuchRevisionError(EditorialError):
    """There is no such revision of this article."""

    code = "no_such_revision"
    status = 404


class EditedMeanwhileError(EditorialError):
    """Somebody else has saved this article since you opened it. Compare, and save again."""

    code = "edited_meanwhile"
    status = 409


class BadDraftError(EditorialError):
    """The draft cannot be kept as it is."""

    code = "bad_draft"
    status = 400


class NothingToPublishError(EditorialError):
    """This is what is live already. Change something first."""

    code = "nothing_to_publish"
    status = 409


class NoSuchBuildError(EditorialError):
    """There is no build to go back to, or another one took its place. Reload and look again."""

    code = "no_such_build"
    status = 409


class NoSuchPublicationError(EditorialError):
    """There is no such publication."""

    code = "no_such_publication"
    status = 404
