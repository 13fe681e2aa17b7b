"""Measuring how well the engine understands: tables in, figures out.

Pure: no Rasa, no database, no network; NumPy and the standard library, on Python 3.10 and newer.
`server.evaluate` holds the commands, `bot.trial` trains and predicts in Rasa's environment.
"""
